package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sweep, with its database, is killed at random points and started again, until it has been killed often enough. After
 * each kill every line is as before or masked, none is lost, none is there twice; at the end every site has exactly one
 * receipt, and its counts are those of a sweep that nobody disturbed. The same with pseudonyms, over two days: then no line
 * has a pseudonym of a pseudonym.
 */
class SweepCrashIT {
    private static final int KILLS = Integer.getInteger("sparsam.kills", 50);
    private static final int KILLS_WITH_PSEUDONYMS = Integer.getInteger("sparsam.kills", 24);
    /** Of two days in a round each has its share. */
    private static final int KILLS_A_DAY = 6;

    private static final int SITES = 6;
    private static final int FILES = 12;
    private static final int LINES = 2_000;
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    @TempDir
    Path folder;

    /** What a file held before, and what it holds when it is masked. */
    private record Content(List<String> before, List<String> masked, boolean expired) {}

    @Test
    void aKilledSweepLosesNothingAndGoesOn() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int kills = 0;
        int rounds = 0;
        while (kills < KILLS) {
            Path logs = Files.createDirectories(folder.resolve("logs" + rounds));
            Path database = Files.createDirectories(folder.resolve("db" + rounds));
            Map<Path, Content> contents = write(logs, random);
            boolean done = false;
            while (!done) {
                // The last round is not to be killed more often than asked for, but it has to end.
                Optional<List<String>> printed =
                        run(kills < KILLS ? random.nextInt(700) : Integer.MAX_VALUE, logs, database);
                printed.ifPresent(SweepCrashIT::checkReceipts);
                done = printed.isPresent();
                kills += done ? 0 : 1;
                check(logs, contents, "seed " + seed + ", kill " + kills);
            }
            contents.forEach((path, content) -> {
                assertThat(Files.exists(path)).as("%s", path).isEqualTo(!content.expired());
                if (!content.expired()) {
                    assertThat(lines(path)).as("%s", path).isEqualTo(content.masked());
                }
            });
            rounds++;
        }
        System.out.println("SweepCrashIT: " + kills + " kills in " + rounds + " sweeps");
    }

    @Test
    void aKilledSweepMakesNoPseudonymOfAPseudonym() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int kills = 0;
        int rounds = 0;
        while (kills < KILLS_WITH_PSEUDONYMS) {
            Path logs = Files.createDirectories(folder.resolve("pseudonyms" + rounds));
            Path database = Files.createDirectories(folder.resolve("pseudonyms-db" + rounds));
            Map<Path, Content> contents = writeSpanning(logs, random);
            for (int day = 1; day <= 2; day++) {
                boolean done = false;
                int most = kills + KILLS_A_DAY;
                while (!done) {
                    done = run(kills < most ? random.nextInt(900) : Integer.MAX_VALUE, logs, database, day)
                            .isPresent();
                    kills += done ? 0 : 1;
                    check(logs, contents, "seed " + seed + ", day " + day + ", kill " + kills);
                }
                contents.forEach((path, content) ->
                        assertThat(lines(path)).as("%s", path).isEqualTo(content.masked()));
                contents = nextDay(contents);
            }
            rounds++;
        }
        System.out.println(kills + " kills in " + rounds + " rounds");
    }

    /** Of half of the lines the raw period is over tomorrow. */
    private static Map<Path, Content> writeSpanning(Path logs, Random random) throws IOException {
        Map<Path, Content> contents = new LinkedHashMap<>();
        for (int site = 0; site < SITES; site++) {
            Path directory = Files.createDirectory(logs.resolve("site" + site));
            for (int file = 0; file < FILES; file++) {
                List<String> before = new ArrayList<>();
                List<String> masked = new ArrayList<>();
                add("site" + site, random, 60, before, masked, true);
                add("site" + site, random, 30, before, masked, false);
                Path path = directory.resolve("access.log." + (file + 1) + (file % 2 == 1 ? ".gz" : ""));
                write(path, before);
                contents.put(path, new Content(before, masked, false));
            }
        }
        return contents;
    }

    /** Lines are added to some files, others are renamed and compressed. What was raw is due. */
    private static Map<Path, Content> nextDay(Map<Path, Content> contents) throws IOException {
        Map<Path, Content> next = new LinkedHashMap<>();
        int number = 0;
        for (Map.Entry<Path, Content> each : contents.entrySet()) {
            Path path = each.getKey();
            String site = Objects.requireNonNull(path.getParent()).getFileName().toString();
            List<String> before = new ArrayList<>(each.getValue().masked());
            List<String> masked = new ArrayList<>(before.subList(0, LINES / 2));
            before.subList(LINES / 2, LINES).forEach(line -> masked.add(pseudonymised(site, line)));
            if (number % 4 == 0) {
                add(site, new Random(number), 20, before, masked, false);
                write(path, before);
            } else if (number % 4 == 2) {
                Files.delete(path);
                path = path.resolveSibling(path.getFileName() + "-old.gz");
                write(path, before);
            }
            next.put(path, new Content(before, masked, false));
            number++;
        }
        return next;
    }

    private static void add(
            String site, Random random, int hours, List<String> before, List<String> masked, boolean due) {
        Instant newest = Instant.now().minus(Duration.ofHours(hours));
        for (int i = 0; i < LINES / 2; i++) {
            String line = "203.0." + random.nextInt(256) + "." + random.nextInt(256) + " - - ["
                    + LOG_TIME.format(newest.minusSeconds(LINES - i)) + "] \"GET /f\u00fcr/" + i
                    + " HTTP/1.1\" 200 " + i + " \"-\" \"agent\"";
            before.add(line);
            masked.add(due ? pseudonymised(site, line) : line);
        }
    }

    /** What ipcrypt-pfx makes of the address at the beginning of a line, by the key of its day (HKDF-Expand). */
    private static String pseudonymised(String site, String line) {
        int blank = line.indexOf(' ');
        String time = line.substring(line.indexOf('[') + 1, line.indexOf(']'));
        long day = LocalDate.ofInstant(Instant.from(LOG_TIME.parse(time)), ZoneOffset.UTC)
                .toEpochDay();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SweepProcess.key(site, day), "HmacSHA256"));
            mac.update("ipcrypt-pfx".getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 1);
            int address = ByteBuffer.wrap(
                            InetAddress.getByName(line.substring(0, blank)).getAddress())
                    .getInt();
            int made = (int) IpCrypt.prefixPreserving(mac.doFinal())
                    .apply(Address.ipv4(address))
                    .low();
            byte[] bytes = ByteBuffer.allocate(4).putInt(made).array();
            return InetAddress.getByAddress(bytes).getHostAddress() + line.substring(blank);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(line, e);
        }
    }

    private static void write(Path path, List<String> lines) throws IOException {
        try (OutputStream raw = Files.newOutputStream(path);
                OutputStream out = path.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
            out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    }

    /** What it printed, if it came to its end before it was killed. */
    private static Optional<List<String>> run(int millis, Object... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                SweepProcess.class.getName()));
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("ready");
            if (process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                assertThat(process.exitValue()).isZero();
                return Optional.of(out.lines().toList());
            }
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void checkReceipts(List<String> printed) {
        assertThat(printed).first().isEqualTo("done");
        List<String> receipts = printed.subList(1, printed.size());
        assertThat(receipts).hasSize(SITES);
        for (int site = 0; site < SITES; site++) {
            int number = site;
            assertThat(receipts.stream().filter(receipt -> receipt.startsWith("domain/site" + number + " ")))
                    .as("receipts of site %d", site)
                    .singleElement()
                    .asString()
                    .contains(
                            "files.deleted=" + FILES / 4,
                            "files.masked=" + (FILES - FILES / 4),
                            "files.problems=0",
                            "lines.deleted=" + FILES / 4 * LINES,
                            "addresses.masked=" + (FILES - FILES / 4) * LINES);
        }
    }

    private static void check(Path logs, Map<Path, Content> contents, String when) throws IOException {
        for (Map.Entry<Path, Content> entry : contents.entrySet()) {
            Content content = entry.getValue();
            if (content.expired() && !Files.exists(entry.getKey())) {
                continue;
            }
            List<String> found = lines(entry.getKey());
            assertThat(found.equals(content.before()) || found.equals(content.masked()))
                    .as("%s: %s is as before or masked", when, entry.getKey())
                    .isTrue();
        }
        try (Stream<Path> all = Files.walk(logs)) {
            assertThat(all.filter(Files::isRegularFile)
                            .filter(path -> !contents.containsKey(path))
                            .filter(path ->
                                    !FileChanger.isOurs(path.getFileName().toString())))
                    .as("%s: files that nobody made", when)
                    .isEmpty();
        }
    }

    private static List<String> lines(Path path) {
        try (InputStream file = Files.newInputStream(path);
                InputStream in = path.toString().endsWith(".gz") ? new GZIPInputStream(file) : file) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(path.toString(), e);
        }
    }

    private static Map<Path, Content> write(Path logs, Random random) throws IOException {
        Map<Path, Content> contents = new LinkedHashMap<>();
        Instant now = Instant.now();
        for (int site = 0; site < SITES; site++) {
            Path directory = Files.createDirectory(logs.resolve("site" + site));
            for (int file = 0; file < FILES; file++) {
                boolean expired = file % 4 == 3;
                Content content = content(random, now.minus(Duration.ofDays(expired ? 9 : 2)), expired);
                Path path = directory.resolve("access.log." + (file + 1) + (file % 2 == 1 ? ".gz" : ""));
                write(path, content.before());
                contents.put(path, content);
            }
        }
        return contents;
    }

    private static Content content(Random random, Instant newest, boolean expired) {
        List<String> before = new ArrayList<>();
        List<String> masked = new ArrayList<>();
        for (int i = 0; i < LINES; i++) {
            int host = 1 + random.nextInt(254);
            boolean v6 = random.nextInt(3) == 0;
            String rest = " - - [" + LOG_TIME.format(newest.minusSeconds(LINES - i)) + "] \"GET /f\u00fcr/" + i + "?n="
                    + random.nextInt() + " HTTP/1.1\" 200 " + i + " \"-\" \"agent\"";
            before.add((v6 ? "2001:db8:7::" + Integer.toHexString(host) : "203.0.113." + host) + rest);
            masked.add((v6 ? "2001:db8:7::" : "203.0.113.0") + rest);
        }
        return new Content(before, masked, expired);
    }
}
