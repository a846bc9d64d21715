package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.panel.Role;
import dev.sparsam.store.testing.TestDatabases;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The servlet in a true container. */
class ConsoleServletTest {
    @TempDir
    Path folder;

    private World world;
    private DevServer server;
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    @BeforeEach
    void start() throws Exception {
        start(TestDatabases.H2);
    }

    private void start(TestDatabases kind) throws Exception {
        world = new World(kind, folder).fill();
        world.clock.set(Instant.now());
        world.account("admin", Role.PROVIDER_ADMIN, "");
        server = new DevServer(world);
        for (int i = 0; i < 1_200 && !server.service().ready(); i++) {
            Thread.sleep(50);
        }
    }

    @AfterEach
    void stop() {
        server.close();
        world.close();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private String login() throws Exception {
        String token = token(send(to("/login")).body());
        HttpResponse<String> reply = send(to("/login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(
                        "token=" + token + "&login=admin&password=" + World.PASSWORD.replace(' ', '+'))));
        assertThat(reply.statusCode()).isEqualTo(303);
        return token(send(to("/inventory")).body());
    }

    private static String token(String body) {
        Matcher matcher = Pattern.compile("name=\"token\" value=\"([^\"]+)\"").matcher(body);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static HttpRequest.BodyPublisher upload(String token, byte[] content) {
        String head = "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n" + token
                + "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.json\"\r\n\r\n";
        return BodyPublishers.concat(
                BodyPublishers.ofString(head),
                BodyPublishers.ofByteArray(content),
                BodyPublishers.ofString("\r\n--b--\r\n"));
    }

    @Test
    void readyIsAnsweredWithoutLogin() throws Exception {
        HttpResponse<String> reply = send(to("/ready"));
        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body().strip()).isEqualTo("ready");
    }

    @Test
    void aFileIsUploadedAndPreviewed() throws Exception {
        String token = login();
        HttpResponse<String> reply = send(to("/inventory/preview")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(upload(token, "{\"label\":\"Müller\"}".getBytes(StandardCharsets.UTF_8))));
        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).contains("neu.example");
    }

    @Test
    void aFileThatIsTooLargeIsAnsweredWithAPage() throws Exception {
        String token = login();
        HttpResponse<String> reply = send(to("/inventory/preview")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(upload(token, new byte[ConsoleServlet.MAX_UPLOAD + 100_000])));
        assertThat(reply.statusCode()).isEqualTo(413);
        assertThat(reply.body()).contains("Too large", "<main id=\"main\"");
    }

    @Test
    void headAnswersWithoutABodyAndUnknownMethodsAreRefused() throws Exception {
        HttpResponse<String> head = send(to("/login").method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(send(to("/login").method("DELETE", BodyPublishers.noBody())).statusCode())
                .isEqualTo(405);
    }

    /** PostgreSQL has no text with U+0000, H2 has. */
    @ParameterizedTest
    @EnumSource
    void aRequestWithTheCharacterZeroIsABadRequest(TestDatabases kind) throws Exception {
        stop();
        start(kind);
        String token = login();
        for (String path : List.of("/users?q=%00", "/?q=a%00b", "/receipts?%00=1")) {
            HttpResponse<String> reply = send(to(path));
            assertThat(reply.statusCode()).as(path).isEqualTo(400);
            assertThat(reply.body()).contains("This request cannot be read", "<main id=\"main\"");
        }
        for (String path : List.of("/login", "/users", "/scope/domain/d1/retention")) {
            HttpResponse<String> reply = send(to(path).header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("token=" + token + "&login=a%00b&reason=a%00b&password=x")));
            assertThat(reply.statusCode()).as(path).isEqualTo(400);
        }
        HttpResponse<String> upload = send(to("/inventory/preview")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(upload(token + "\u0000", new byte[0])));
        assertThat(upload.statusCode()).isEqualTo(400);
    }

    @Test
    void anAddressThatCannotBeDecodedIsABadRequest() throws Exception {
        HttpResponse<String> reply = send(to("/scope/domain/d1").header("X", "y"));
        assertThat(reply.statusCode()).isEqualTo(303);
        assertThat(send(to("/?q=%25zz")).statusCode()).isEqualTo(303);
    }
}
