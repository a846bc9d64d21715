package dev.sparsam.web.internal;

import dev.sparsam.panel.Role;
import dev.sparsam.store.StoreException;
import dev.sparsam.web.internal.Response.Header;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests: finds the route, checks session, form token and role, calls the page, and writes it with the same
 * strict headers whatever comes out.
 */
final class Console {
    private static final Logger LOG = LoggerFactory.getLogger(Console.class);
    private static final String CSP = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self';"
            + " form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private final Accounts accounts;
    private final Sessions sessions;
    private final Trees trees;
    private final Cookies cookies;
    private final Uploads uploads;
    private final Assets assets;
    private final Optional<String> publicHost;
    private final ZoneId zone;
    private final Clock clock;
    private final TemplateEngine templates;
    private final List<Route> routes;

    /**
     * @param uploads where uploaded files wait
     * @param publicUrl the address under which browsers reach the pages, where a proxy stands before them
     */
    Console(
            Services services,
            Accounts accounts,
            Sessions sessions,
            Cookies cookies,
            Uploads uploads,
            Optional<URI> publicUrl,
            ZoneId zone,
            Clock clock) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.cookies = cookies;
        this.uploads = uploads;
        this.publicHost = publicUrl.map(URI::getRawAuthority).map(host -> host.toLowerCase(Locale.ROOT));
        this.zone = zone;
        this.clock = clock;
        this.trees = new Trees(services.tenants(), services.sites(), clock);
        this.assets = new Assets();
        this.templates = templates();
        List<Route> all = new ArrayList<>();
        all.addAll(new SignInPages(accounts, sessions, cookies, uploads).routes());
        all.addAll(new DomainPages(services).routes());
        all.addAll(new ScopePages(services).routes());
        all.addAll(new SweepPages(services).routes());
        all.addAll(new ReceiptPages(services).routes());
        all.addAll(new FactPages(services).routes());
        all.addAll(new InventoryPages(services, trees, uploads).routes());
        all.addAll(new UserPages(accounts).routes());
        all.add(Route.get("/ready", Route.PUBLIC, visit -> ready()));
        all.add(Route.get("/assets/{version}/{file}", Route.PUBLIC, assets::handle));
        this.routes = List.copyOf(all);
    }

    /** Without a folder of classes jte takes the thread's class loader, whatever loader it is given. */
    private static TemplateEngine templates() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Console.class.getClassLoader());
        try {
            return TemplateEngine.createPrecompiled(
                    null, ContentType.Html, Console.class.getClassLoader(), Console.class.getPackageName());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /**
     * What an error page says.
     *
     * @param status the HTTP status
     * @param title what is wrong
     * @param text what that means and what to do
     * @param detail what the store said, for those who can mend it; otherwise empty
     */
    record Problem(int status, String title, String text, String detail) {}

    /** Where uploaded files wait. */
    Uploads uploads() {
        return uploads;
    }

    /** The route table. */
    List<Route> routes() {
        return routes;
    }

    /** What follows the head of a request. */
    @FunctionalInterface
    interface Body {
        /**
         * Reads it.
         *
         * @param takesFile whether it may be a form with a file
         * @return the request with the body's fields
         * @throws PageException when it is too large or cannot be understood
         */
        Request read(boolean takesFile) throws IOException;
    }

    /**
     * Answers a request; every problem becomes a page.
     *
     * @param body is read when it is known where it goes
     * @throws IOException when the body cannot be read, because the client is gone
     */
    Response handle(Request request, Body body) throws IOException {
        uploads.tidy();
        Answer answer;
        Optional<Sessions.Session> session = Optional.empty();
        Texts texts = texts(request, Optional.empty());
        try {
            boolean isAsset =
                    request.path().startsWith("/assets/") || request.path().equals("/ready");
            if (!isAsset) {
                session = request.cookie(cookies.session(request)).flatMap(sessions::find);
                texts = texts(request, session);
            }
            answer = answer(request, body, session, texts);
        } catch (RuntimeException e) {
            return error(request, session, texts, e);
        }
        try {
            return response(request, session, texts, answer);
        } catch (RuntimeException e) {
            return error(request, session, texts, e);
        }
    }

    private Response error(Request request, Optional<Sessions.Session> session, Texts texts, RuntimeException e) {
        if (e instanceof PageException known) {
            return errorPage(request, session, texts, known, "");
        }
        if (!(e instanceof StoreException said) || said.kind() == StoreException.Kind.FAULT) {
            LOG.error("{} {} failed", request.method(), request.path(), e);
            return errorPage(request, session, texts, new PageException(500, "error.500.text"), "");
        }
        // Without its stack: while the database is away this comes with every request.
        LOG.warn("{} {}: {}", request.method(), request.path(), e.getMessage());
        LOG.debug("{} {}", request.method(), request.path(), e);
        PageException problem = switch (said.kind()) {
            case CONFLICT -> new PageException(409, "error.409.text");
            case FULL -> new PageException(503, "error.full");
            default -> new PageException(503, "error.503.text");
        };
        // Where the database is and what it says of itself is for those who run it.
        boolean provider = session.filter(one -> one.account().role() == Role.PROVIDER_ADMIN)
                .isPresent();
        return errorPage(
                request,
                session,
                texts,
                problem,
                provider ? said.wording().then(".").in(texts.locale()) : "");
    }

    private Answer answer(Request request, Body body, Optional<Sessions.Session> session, Texts texts)
            throws IOException {
        TreeSet<String> allowed = new TreeSet<>();
        for (Route route : routes) {
            Optional<List<String>> values = route.match(request.path());
            if (values.isEmpty()) {
                continue;
            }
            if (!route.method().equals(request.method())) {
                allowed.add(route.method());
                continue;
            }
            return call(route, request, body, values.get(), session, texts);
        }
        if (!allowed.isEmpty()) {
            throw new PageException(405, "error.405.text");
        }
        if (session.isEmpty() && !request.path().startsWith("/assets/")) {
            // Whoever is not logged in does not learn which addresses exist.
            return Answer.Redirect.to(loginPath(request));
        }
        throw PageException.notFound();
    }

    private Answer call(
            Route route, Request head, Body body, List<String> values, Optional<Sessions.Session> session, Texts texts)
            throws IOException {
        boolean post = head.method().equals("POST");
        Request request = post && !route.takesFile() ? body.read(false) : head;
        boolean isPublic = route.roles().isEmpty();
        if (!isPublic && session.isEmpty()) {
            return Answer.Redirect.to(loginPath(request));
        }
        if (post) {
            checkSameSite(request);
        }
        if (!route.takesFile()) {
            return call(route, request, values, session, texts);
        }
        // Whoever may not send a file is refused before it is read.
        Optional<Answer> refused = refused(route, request, session);
        if (refused.isPresent()) {
            return refused.get();
        }
        return uploads.alone(() -> {
            Request whole = body.read(true);
            try {
                return call(route, whole, values, session, texts);
            } finally {
                whole.file().ifPresent(uploads::deleteUnlessKept);
            }
        });
    }

    private Answer call(
            Route route, Request request, List<String> values, Optional<Sessions.Session> session, Texts texts) {
        String token = session.map(Sessions.Session::token)
                .or(() -> request.cookie(cookies.visitor(request)).filter(Sessions::isToken))
                .orElseGet(sessions::newToken);
        if (request.method().equals("POST") && !Sessions.same(Sessions.formToken(token), request.raw("token"))) {
            throw new PageException(403, session.isEmpty() ? "error.token.login" : "error.token");
        }
        Optional<Answer> refused = refused(route, request, session);
        if (refused.isPresent()) {
            return refused.get();
        }
        boolean needsTree = !route.roles().isEmpty();
        Trees.Snapshot snapshot = needsTree ? trees.snapshot() : new Trees.Snapshot(Optional.empty(), clock.instant());
        Visit visit = new Visit(request, values, session, snapshot, texts, clock.instant());
        return route.handler().handle(visit);
    }

    private static Optional<Answer> refused(Route route, Request request, Optional<Sessions.Session> session) {
        if (session.isPresent()) {
            boolean isPublic = route.roles().isEmpty();
            Account account = session.get().account();
            boolean mayStay = isPublic
                    || request.path().equals("/password")
                    || request.path().equals("/logout");
            if (account.mustChange() && !mayStay) {
                return Optional.of(Answer.Redirect.to("/password"));
            }
            if (!isPublic && !route.roles().contains(account.role())) {
                throw new PageException(403, "error.403.text");
            }
        }
        return Optional.empty();
    }

    /** Browsers say where a form comes from; what they say must be us. What they leave out the form token covers. */
    private void checkSameSite(Request request) {
        String site = request.header("sec-fetch-site").orElse("same-origin");
        if (!site.equals("same-origin") && !site.equals("none")) {
            throw new PageException(403, "error.origin");
        }
        Optional<String> origin = request.header("origin")
                // A page with the policy no-referrer sends "null" for its own forms.
                .filter(value -> !value.equals("null"));
        if (origin.isPresent()) {
            int slashes = origin.get().indexOf("://");
            String from = slashes < 0 ? "" : origin.get().substring(slashes + 3).toLowerCase(Locale.ROOT);
            String host = request.header("host").orElse("").toLowerCase(Locale.ROOT);
            if (!from.equals(host) && !publicHost.filter(from::equals).isPresent()) {
                throw new PageException(403, "error.origin");
            }
        }
    }

    private static String loginPath(Request request) {
        boolean worthReturning = request.method().equals("GET")
                && !request.path().equals("/")
                && !request.path().startsWith("/log");
        return worthReturning ? "/login?next=" + URLEncoder.encode(request.path(), StandardCharsets.UTF_8) : "/login";
    }

    private Texts texts(Request request, Optional<Sessions.Session> session) {
        String language = session.flatMap(open -> open.account().language())
                .or(() -> request.cookie(Cookies.LANGUAGE))
                .filter(Texts.LANGUAGES::contains)
                .orElseGet(
                        () -> Texts.negotiate(request.header("accept-language").orElse("")));
        return new Texts(language, zone);
    }

    private Answer ready() {
        // A query that needs the tables, so that "ready" means that the next page will come.
        if (accounts.none()) {
            throw new PageException(503, "error.starting");
        }
        return new Answer.Raw(
                "text/plain; charset=utf-8",
                Optional.empty(),
                false,
                stream -> stream.write("ready\n".getBytes(StandardCharsets.UTF_8)));
    }

    private Response response(Request request, Optional<Sessions.Session> session, Texts texts, Answer answer) {
        if (answer instanceof Answer.Redirect redirect) {
            redirect.flash()
                    .ifPresent(flash ->
                            session.ifPresent(open -> sessions.flash(open.token(), Optional.of(flash.write()))));
            Response response = plain(303).with("Location", redirect.path());
            for (String cookie : redirect.cookies()) {
                response = response.with("Set-Cookie", cookie);
            }
            return response;
        }
        if (answer instanceof Answer.Raw raw) {
            Response response =
                    new Response(200, headers(raw.cacheable()), raw.body()).with("Content-Type", raw.contentType());
            return raw.filename()
                    .map(name -> response.with("Content-Disposition", "attachment; filename=\"" + name + "\""))
                    .orElse(response);
        }
        return page(request, session, texts, (Answer.Page) answer);
    }

    private Response page(Request request, Optional<Sessions.Session> session, Texts texts, Answer.Page page) {
        Optional<Flash> flash = session.flatMap(Sessions.Session::flash).map(Flash::read);
        if (flash.isPresent()) {
            session.ifPresent(open -> sessions.flash(open.token(), Optional.empty()));
        }
        Optional<String> visitor = session.isPresent()
                ? Optional.empty()
                : Optional.of(request.cookie(cookies.visitor(request))
                        .filter(Sessions::isToken)
                        .orElseGet(sessions::newToken));
        String token = Sessions.formToken(
                session.map(Sessions.Session::token).or(() -> visitor).orElseThrow());
        byte[] html = render(frame(request, session, texts, page, token, flash), page.model());
        Response response = html(page.status(), html);
        return visitor.map(value -> response.with("Set-Cookie", cookies.visitor(request, value)))
                .orElse(response);
    }

    private Frame frame(
            Request request,
            Optional<Sessions.Session> session,
            Texts texts,
            Answer.Page page,
            String token,
            Optional<Flash> flash) {
        List<Frame.NavItem> nav = new ArrayList<>();
        session.map(Sessions.Session::account)
                .filter(account -> !account.mustChange())
                .ifPresent(account -> {
                    nav(nav, texts, page, "domains", "/");
                    boolean customer = account.role() == Role.CUSTOMER;
                    nav.add(new Frame.NavItem(
                            texts.get(customer ? "nav.tenants.customer" : "nav.tenants"),
                            "/tenants",
                            page.section().equals("tenants")));
                    nav(nav, texts, page, "sweeps", "/sweeps");
                    nav(nav, texts, page, "receipts", "/receipts");
                    nav(nav, texts, page, "facts", "/facts");
                    if (Route.SELLERS.contains(account.role())) {
                        nav(nav, texts, page, "users", "/users");
                    }
                    if (account.role() == Role.PROVIDER_ADMIN) {
                        nav(nav, texts, page, "inventory", "/inventory");
                    }
                });
        // A form's answer has no address of its own that a switch of the language could come back to.
        String path = request.method().equals("GET") ? request.path() : "/";
        return new Frame(
                texts,
                session.map(open -> open.account().login()),
                session.map(open -> texts.role(open.account().role())).orElse(""),
                nav,
                page,
                token,
                path,
                assets.base(),
                flash);
    }

    private static void nav(List<Frame.NavItem> nav, Texts texts, Answer.Page page, String section, String href) {
        nav.add(new Frame.NavItem(
                texts.get("nav." + section), href, page.section().equals(section)));
    }

    private byte[] render(Frame frame, Object model) {
        Utf8ByteOutput output = new Utf8ByteOutput();
        templates.render(frame.page().template() + ".jte", Map.of("f", frame, "m", model), output);
        return output.toByteArray();
    }

    private Response errorPage(
            Request request, Optional<Sessions.Session> session, Texts texts, PageException problem, String detail) {
        String title = texts.find(problem.key() + ".title", texts.get("error." + problem.status() + ".title"));
        Problem model = new Problem(problem.status(), title, texts.get(problem.key()), detail);
        Answer.Page page = Answer.Page.of("error", model, "", title).status(problem.status());
        // Without the database there is no session to read a message from; the page must come all the same.
        String token = Sessions.formToken(session.map(Sessions.Session::token)
                .or(() -> request.cookie(cookies.visitor(request)))
                .orElse(""));
        Response response =
                html(problem.status(), render(frame(request, session, texts, page, token, Optional.empty()), model));
        if (problem.status() == 405) {
            TreeSet<String> allowed = new TreeSet<>();
            routes.stream()
                    .filter(route -> route.match(request.path()).isPresent())
                    .forEach(route -> allowed.add(route.method()));
            return response.with("Allow", String.join(", ", allowed));
        }
        return problem.status() == 503 ? response.with("Retry-After", "5") : response;
    }

    /** Says that the first account is still being made. */
    Response starting(Request request) {
        return bareError(request, new PageException(503, "error.starting"));
    }

    /** The page for a request that is none. */
    Response badRequest(Request request) {
        return bareError(request, new PageException(400, "error.400.text"));
    }

    private Response bareError(Request request, PageException problem) {
        return errorPage(request, Optional.empty(), texts(request, Optional.empty()), problem, "");
    }

    private static Response html(int status, byte[] html) {
        return new Response(status, headers(false), stream -> stream.write(html))
                .with("Content-Type", "text/html; charset=utf-8")
                .with("Content-Length", Integer.toString(html.length));
    }

    private static Response plain(int status) {
        return new Response(status, headers(false), stream -> {}).with("Content-Length", "0");
    }

    private static List<Header> headers(boolean cacheable) {
        return List.of(
                new Header("Content-Security-Policy", CSP),
                new Header("X-Content-Type-Options", "nosniff"),
                new Header("Referrer-Policy", "no-referrer"),
                new Header("Cross-Origin-Opener-Policy", "same-origin"),
                new Header("Cross-Origin-Resource-Policy", "same-origin"),
                new Header(
                        "Permissions-Policy",
                        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
                new Header("X-Frame-Options", "DENY"),
                new Header("Cache-Control", cacheable ? "public, max-age=31536000, immutable" : "no-store"));
    }
}
