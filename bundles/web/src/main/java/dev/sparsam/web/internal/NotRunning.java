package dev.sparsam.web.internal;

import dev.sparsam.store.Trouble;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * Answers while the pages cannot: at the start, and as long as something that they need does not run. It needs nothing
 * itself. It is the default servlet, so that the pages come before it: at the same pattern they would displace it, and a
 * request that it is just answering would fail.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern("/")
@HttpWhiteboardServletName("Sparsam without pages")
public final class NotRunning extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient BundleContext context;

    @Activate
    public NotRunning(BundleContext context) {
        this.context = context;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String accepted =
                Optional.ofNullable(request.getHeader("Accept-Language")).orElse("");
        byte[] page = page(new Texts(Texts.negotiate(accepted), ZoneOffset.UTC), Trouble.all(context))
                .getBytes(StandardCharsets.UTF_8);
        response.setStatus(503);
        response.setHeader("Retry-After", "5");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentType("text/html; charset=utf-8");
        response.setContentLength(page.length);
        if (!request.getMethod().equals("HEAD")) {
            response.getOutputStream().write(page);
        }
    }

    /** What is wrong in detail is for the administrator, not for whoever calls the page. */
    static String page(Texts texts, List<Trouble> troubles) {
        String text = troubles.stream().anyMatch(trouble -> trouble.kind() == Trouble.Kind.STOPPED)
                ? texts.get("error.stopped")
                : troubles.stream().anyMatch(trouble -> trouble.kind() == Trouble.Kind.WAITING)
                        ? texts.get("error.503.text")
                        : texts.get("error.starting");
        return "<!doctype html>\n<html lang=\"" + texts.language() + "\">\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<meta name=\"color-scheme\" content=\"light dark\">\n"
                + "<title>" + texts.get("error.503.title") + " – Sparsam</title>\n"
                + "<h1>" + texts.get("error.503.title") + "</h1>\n<p>" + text + "</p>\n</html>\n";
    }
}
