package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.panel.Role;
import dev.sparsam.store.testing.TestDatabases;
import java.io.ByteArrayInputStream;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
                .POST(upload(token, new byte[(int) ConsoleServlet.MAX_UPLOAD + 100_000])));
        assertThat(reply.statusCode()).isEqualTo(413);
        assertThat(reply.body()).contains("Too large", "<main id=\"main\"");
    }

    /** Sends the head of a request that promises a body, and nothing of the body; gives the first line of the answer. */
    private String promise(String path, String type, long length, String cookie) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\nContent-Type: "
                                    + type + "\r\nContent-Length: " + length + "\r\nCookie: " + cookie + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] line = socket.getInputStream().readNBytes(12);
            return new String(line, StandardCharsets.US_ASCII);
        }
    }

    @Test
    void ofWhomMayNotSendAFileNothingIsRead() throws Exception {
        world.account("nordlicht", Role.RESELLER, "r1");
        String reseller = "sparsam-session=" + world.session("nordlicht");
        String multipart = "multipart/form-data; boundary=b";
        assertThat(promise("/inventory/preview", multipart, 33_000_000, "a=b")).endsWith("303");
        assertThat(promise("/inventory/preview", multipart, 33_000_000, reseller))
                .endsWith("403");
        assertThat(promise("/login", multipart, 33_000_000, "a=b")).endsWith("413");
        assertThat(promise("/login", multipart, 1_000, "a=b")).endsWith("415");
        assertThat(promise("/login", "application/x-www-form-urlencoded", 70_000, "a=b"))
                .endsWith("413");
        assertThat(promise("/users", "text/plain", 70_000, reseller)).endsWith("413");
    }

    @Test
    void aFormOfUnknownLengthIsReadUpToTheLimit() throws Exception {
        HttpResponse<String> reply = send(to("/login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[70_000]))));
        assertThat(reply.statusCode()).isEqualTo(413);
        assertThat(reply.body()).contains("Too large", "<main id=\"main\"");
    }

    private List<Path> files() throws Exception {
        Path uploads = folder.resolve("uploads");
        if (Files.notExists(uploads)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(uploads)) {
            return files.toList();
        }
    }

    @Test
    void anUploadIsOnDiskOnlyUntilItIsAppliedOrDiscarded() throws Exception {
        String token = login();
        String content = "{\"label\":\"Müller\"}\r\n-b-\r\n--".repeat(20_000);
        String sha256 = HexFormat.of().formatHex(Sha256.of(content));
        for (String end : List.of("apply", "discard", "logout")) {
            assertThat(send(to("/inventory/preview")
                                    .header("Content-Type", "multipart/form-data; boundary=b")
                                    .POST(upload(token, content.getBytes(StandardCharsets.UTF_8))))
                            .body())
                    .contains(sha256);
            assertThat(files()).hasSize(1);
            HttpResponse<String> reply = send(to(end.equals("logout") ? "/logout" : "/inventory/" + end)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("token=" + token + "&sha256=" + sha256)));
            assertThat(reply.statusCode()).isEqualTo(303);
            assertThat(files()).as(end).isEmpty();
        }
        assertThat(world.applied).isEqualTo(content);
    }

    @Test
    void nothingStaysOfAnUploadThatFails() throws Exception {
        String token = login();
        HttpResponse<String> forged = send(to("/inventory/preview")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(upload(token + "x", new byte[100_000])));
        assertThat(forged.statusCode()).isEqualTo(403);
        HttpResponse<String> cutOff = send(to("/inventory/preview")
                .header("Content-Type", "multipart/form-data; boundary=c")
                .POST(upload(token, new byte[100_000])));
        assertThat(cutOff.statusCode()).isEqualTo(400);
        assertThat(files()).isEmpty();
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
