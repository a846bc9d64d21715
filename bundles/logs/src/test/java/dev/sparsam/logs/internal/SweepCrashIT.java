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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sweep, with its database, is killed at random points and started again, until it has been killed often enough. After
 * each kill every line is as before or masked, none is lost, none is there twice; at the end every site has exactly one
 * receipt, and its counts are those of a sweep that nobody disturbed. The same with pseudonyms, over two days: then no line
 * has a pseudonym of a pseudonym. And with legal holds that are placed after the kills.
 */
class SweepCrashIT {
    private static final int KILLS = Integer.getInteger("sparsam.kills", 50);
    private static final int KILLS_WITH_PSEUDONYMS = Integer.getInteger("sparsam.kills", 24);
    private static final int KILLS_WITH_HOLDS = Integer.getInteger("sparsam.kills", 5);
    /** Of two days in a round each has its share. */
    private static final int KILLS_A_DAY = 6;

    private static final int SITES = 6;
    private static final int FILES = 12;

    /** How many files of a site are to be deleted where legal holds are placed: to delete them takes a moment. */
    private static final int EXPIRED = 100;

    private static final int LINES = 2_000;
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    @TempDir
    Path folder;

    /** What a file held before, and what it holds when it is masked. */
    private record Content(List<String> before, List<String> masked, boolean expired) {}

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private int kills;
    private int rounds;

    @BeforeEach
    void sayTheSeed() {
        System.out.println("seed " + seed);
    }

    @Test
    void aKilledSweepLosesNothingAndGoesOn() throws IOException, InterruptedException {
        for (; kills < KILLS; rounds++) {
            Path logs = Files.createDirectories(folder.resolve("logs" + rounds));
            Path database = Files.createDirectories(folder.resolve("db" + rounds));
            Map<Path, Content> contents = write(logs, random);
            checkReceipts(toTheEnd(KILLS, 700, when -> check(logs, contents, when), logs, database));
            contents.forEach((path, content) -> {
                assertThat(Files.exists(path)).as("%s", path).isEqualTo(!content.expired());
                if (!content.expired()) {
                    assertThat(lines(path)).as("%s", path).isEqualTo(content.masked());
                }
            });
        }
        System.out.println("SweepCrashIT: " + kills + " kills in " + rounds + " sweeps");
    }

    @Test
    void aKilledSweepMakesNoPseudonymOfAPseudonym() throws IOException, InterruptedException {
        for (; kills < KILLS_WITH_PSEUDONYMS; rounds++) {
            Path logs = Files.createDirectories(folder.resolve("pseudonyms" + rounds));
            Path database = Files.createDirectories(folder.resolve("pseudonyms-db" + rounds));
            Map<Path, Content> contents = writeSpanning(logs, random);
            for (int day = 1; day <= 2; day++) {
                Map<Path, Content> today = contents;
                String number = "day " + day + ", ";
                toTheEnd(kills + KILLS_A_DAY, 900, when -> check(logs, today, number + when), logs, database, day);
                contents.forEach((path, content) ->
                        assertThat(lines(path)).as("%s", path).isEqualTo(content.masked()));
                contents = nextDay(contents);
            }
        }
        System.out.println("SweepCrashIT: " + kills + " kills in " + rounds + " rounds of two days");
    }

    /** Looks at everything after a kill, or after the end. */
    private interface Check {
        void after(String when) throws IOException;
    }

    /**
     * Kills it at random points until there have been so many kills, and lets it come to its end then; that may come before.
     *
     * @param millis how long it may run at most before it is killed
     * @return what it printed in the end
     */
    private List<String> toTheEnd(int most, int millis, Check check, Object... arguments)
            throws IOException, InterruptedException {
        while (true) {
            int wait = kills < most ? random.nextInt(millis) : Integer.MAX_VALUE;
            Optional<List<String>> printed = run(process -> process.waitFor(wait, TimeUnit.MILLISECONDS), arguments);
            kills += printed.isPresent() ? 0 : 1;
            check.after("seed " + seed + ", kill " + kills);
            if (printed.isPresent()) {
                return printed.get();
            }
        }
    }

    /**
     * After each kill in the middle of deleting, another site gets a legal hold: what is there of it by then, under whatever
     * name, stays, and its receipt counts the rest.
     */
    @Test
    void whatIsThereWhenAHoldIsPlacedAfterAKillStaysAndTheReceiptCountsTheRest()
            throws IOException, InterruptedException {
        int held = 0;
        for (; kills < KILLS_WITH_HOLDS; rounds++) {
            Path logs = Files.createDirectories(folder.resolve("held" + rounds));
            Path database = Files.createDirectories(folder.resolve("held-db" + rounds));
            writeExpired(logs);
            List<Object> arguments = new ArrayList<>(List.of(logs, database));
            Map<String, Long> thereWhenHeld = new LinkedHashMap<>();
            Optional<List<String>> printed = Optional.empty();
            while (printed.isEmpty()) {
                boolean last = kills >= KILLS_WITH_HOLDS || thereWhenHeld.size() >= SITES - 1;
                Set<Path> before = names(logs);
                printed = run(
                        last
                                ? process -> process.waitFor(1, TimeUnit.HOURS)
                                : process ->
                                        endsBefore(process, () -> !names(logs).equals(before)),
                        arguments.toArray());
                if (printed.isEmpty()) {
                    kills++;
                    String site = "site" + thereWhenHeld.size();
                    thereWhenHeld.put(site, there(logs.resolve(site)));
                    arguments.add(SweepProcess.HOLD + site);
                }
            }
            for (int number = 0; number < SITES; number++) {
                String site = "site" + number;
                String when = "seed " + seed + ", kill " + kills + ", " + site;
                long there = there(logs.resolve(site));
                assertThat(there).as(when).isEqualTo(thereWhenHeld.getOrDefault(site, 0L));
                held += there > 0 ? 1 : 0;
                assertThat(names(logs.resolve(site)))
                        .as(when)
                        .noneMatch(path -> FileChanger.isOurs(path.getFileName().toString()));
                assertThat(printed.get().stream()
                                .filter(receipt -> receipt.startsWith("domain/" + site + " "))
                                .filter(receipt -> receipt.contains("files.deleted=")))
                        .as(when)
                        .singleElement()
                        .asString()
                        .containsPattern("files\\.deleted=" + (EXPIRED - there) + "\\b");
            }
        }
        System.out.println("SweepCrashIT: " + kills + " kills in " + rounds + " sweeps, " + held + " sites held");
    }

    private static void writeExpired(Path logs) throws IOException {
        Instant old = Instant.now().minus(Duration.ofDays(9));
        for (int site = 0; site < SITES; site++) {
            Path directory = Files.createDirectory(logs.resolve("site" + site));
            for (int file = 0; file < EXPIRED; file++) {
                write(
                        directory.resolve("access.log." + (file + 1)),
                        List.of("203.0.113." + site + " - - [" + LOG_TIME.format(old) + "] \"GET /" + file
                                + " HTTP/1.1\" 200 5 \"-\" \"agent\""));
            }
        }
    }

    private static Set<Path> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.collect(Collectors.toSet());
        } catch (UncheckedIOException e) {
            // A name has gone while they were listed: they are others now.
            return Set.of();
        }
    }

    /** How many logs are there, under whatever name. */
    private static long there(Path folder) throws IOException {
        return names(folder).stream().filter(Files::isRegularFile).count();
    }

    /** What may fail. */
    private interface Question {
        boolean answer() throws IOException;
    }

    /** Whether it ends before something has happened, and a moment more. */
    private boolean endsBefore(Process process, Question happened) throws IOException, InterruptedException {
        while (process.isAlive() && !happened.answer()) {
            Thread.onSpinWait();
        }
        return process.waitFor(random.nextInt(60), TimeUnit.MILLISECONDS);
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

    /** Waits; says whether the process has come to its end. */
    private interface Waiting {
        boolean untilItEnds(Process process) throws IOException, InterruptedException;
    }

    /** What it printed, if it came to its end before it was killed. */
    private static Optional<List<String>> run(Waiting waiting, Object... arguments)
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
            if (waiting.untilItEnds(process)) {
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
