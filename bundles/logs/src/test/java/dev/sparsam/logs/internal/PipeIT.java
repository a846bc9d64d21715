package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Loggers as processes of their own at pipes, as a web server starts them. */
@Timeout(180)
class PipeIT {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String SITE =
            "{\"domain\":\"%1$s.example\",\"directory\":\"%2$s/%1$s\",\"file\":\"%3$s\"%4$s}";

    @TempDir
    Path folder;

    private Path memory = SHARED_MEMORY;
    private Class<?> logged = LogsCommand.class;
    private final List<Process> started = new ArrayList<>();
    private final List<RandomAccessFile> pipes = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        assumeThat(Files.isDirectory(SHARED_MEMORY)
                        && Files.getFileStore(SHARED_MEMORY).type().equals("tmpfs"))
                .as("/dev/shm is in memory")
                .isTrue();
        memory = Files.createTempDirectory(SHARED_MEMORY, "sparsam-test");
        for (String name : List.of("a", "b", "tmp")) {
            Files.createDirectory(folder.resolve(name));
        }
        sites(site("a", ""), site("b", ""));
    }

    @AfterEach
    void tidy() throws IOException, InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
        for (RandomAccessFile pipe : pipes) {
            pipe.close();
        }
        try (Stream<Path> files = Files.walk(memory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    // ---- what a web server and an administrator do

    private String site(String name, String more) {
        return SITE.formatted(name, folder, "access.log", more);
    }

    /** As the running Sparsam does it: by a rename. */
    private void sites(String... sites) throws IOException {
        replaceSites("{\"format\":\"sparsam-pipe/1\",\"zone\":\"UTC\",\"default\":{\"file\":\"other.log\"},\"sites\":["
                + String.join(",", sites) + "]}");
    }

    private void replaceSites(String text) throws IOException {
        Path fresh = Files.writeString(folder.resolve("sites.new"), text);
        Files.move(fresh, folder.resolve("sites.json"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** A pipe that has a reader and a writer while there is no logger. */
    private RandomAccessFile pipe(String name) throws IOException, InterruptedException {
        Path path = folder.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
        RandomAccessFile pipe = new RandomAccessFile(path.toFile(), "rw");
        pipes.add(pipe);
        return pipe;
    }

    private Process logger(String input, String... options) throws IOException {
        return logger(Optional.empty(), input, options);
    }

    private Process logger(Optional<String> before, String input, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Duser.language=en",
                "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "-cp",
                CommandPath.with(logged),
                logged.getName(),
                "pipe",
                "--sites",
                folder.resolve("sites.json").toString(),
                "--memory",
                memory.toString()));
        command.addAll(List.of(options));
        if (before.isPresent()) {
            command.addAll(0, List.of("sh", "-c", before.get() + "; exec \"$@\"", "sh"));
        }
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(folder.resolve(input).toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("errors").toFile()))
                .start();
        started.add(process);
        return process;
    }

    private static void send(RandomAccessFile pipe, String text) throws IOException {
        pipe.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String raw(String site, int number) {
        return site + ".example:80 203.0.113." + (1 + number % 250) + " - - \"GET /" + number + "\"\n";
    }

    private static String masked(int number) {
        return "203.0.113.0 - - \"GET /" + number + "\"\n";
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }

    private String read(String file) throws IOException {
        try {
            return Files.readString(folder.resolve(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** The name of the only file in a folder; empty when there is none. */
    private String only(String in) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(in))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(PipeNames.FILE))
                    .collect(Collectors.joining());
        }
    }

    /** Waits until a file says something. */
    private void await(String file, String text) throws IOException, InterruptedException {
        for (int i = 0; i < 3_000 && !read(file).contains(text); i++) {
            Thread.sleep(10);
        }
        assertThat(read(file)).contains(text);
    }

    // ---- signals and ends

    @Test
    void aLonelyLineIsWrittenAndTermEndsWhenAllIs() throws Exception {
        RandomAccessFile pipe = pipe("pipe");
        Process logger = logger("pipe", "--linger", "1");
        send(pipe, raw("a", 1));
        await("a/access.log", masked(1));
        signal(logger, "TERM");
        send(pipe, raw("a", 2) + raw("b", 3));
        assertThat(end(logger)).isZero();
        assertThat(read("a/access.log")).isEqualTo(masked(1) + masked(2));
        assertThat(read("b/access.log")).isEqualTo(masked(3));
        assertThat(read("errors")).isEmpty();
    }

    /** Of what the file says of hosts that it does not know and what always holds for them, the stricter is asked for. */
    @Test
    void aDefaultOfTheSitesFileIsFollowed() throws Exception {
        replaceSites("{\"format\":\"sparsam-pipe/1\",\"zone\":\"UTC\",\"default\":{\"file\":\"other.log\","
                + "\"masking\":\"address=zero user=drop\"},\"sites\":[]}");
        RandomAccessFile pipe = pipe("pipe");
        Process logger = logger("pipe", "--linger", "1");
        send(pipe, raw("stranger", 1));
        await("unknown/other.log", "0.0.0.0");
        signal(logger, "TERM");
        assertThat(end(logger)).isZero();
        assertThat(read("errors")).hasLineCount(1).startsWith("1 line so far was of an unknown host;");
    }

    @Test
    void halfALineThatHasComeBeforeTermIsLeftToTheNextOneAndSaid() throws Exception {
        RandomAccessFile pipe = pipe("pipe");
        Process logger = logger("pipe", "--linger", "1");
        String line = raw("a", 2);
        send(pipe, raw("a", 1) + line.substring(0, 20));
        await("a/access.log", masked(1));
        signal(logger, "TERM");
        assertThat(end(logger)).isOne();
        assertThat(read("errors")).contains("20 bytes", memory.toString(), "the next logger writes them");
        assertThat(read("a/access.log")).isEqualTo(masked(1));

        Files.delete(folder.resolve("errors"));
        logger = logger("pipe", "--linger", "1");
        send(pipe, line.substring(20));
        await("a/access.log", masked(2));
        signal(logger, "TERM");
        assertThat(end(logger)).isZero();
        assertThat(read("a/access.log")).isEqualTo(masked(1) + masked(2));
        assertThat(read("errors")).isEmpty();
    }

    @Test
    void hupAndUsr1OpenAllFilesAnew() throws Exception {
        RandomAccessFile pipe = pipe("pipe");
        Process logger = logger("pipe");
        for (String name : List.of("HUP", "USR1")) {
            send(pipe, raw("a", 1));
            await("a/access.log", masked(1));
            Files.move(folder.resolve("a/access.log"), folder.resolve("a/" + name));
            signal(logger, name);
            // What is sent together with the signal may still go to the old file; so it is asked for until it does not.
            for (int i = 0; i < 100 && read("a/access.log").isEmpty(); i++) {
                send(pipe, raw("a", 2));
                Thread.sleep(100);
            }
            assertThat(read("a/access.log")).startsWith(masked(2));
            assertThat(logger.isAlive()).isTrue();
        }
    }

    @Test
    void theEndOfThePipeIsTheEndAlsoWithoutALineEnd() throws Exception {
        Files.writeString(
                folder.resolve("in"), raw("a", 1) + "a.example x\u0000y 203.0.113.77", StandardCharsets.ISO_8859_1);
        assertThat(end(logger("in"))).isZero();
        assertThat(read("a/access.log")).isEqualTo(masked(1) + "x\u0000y 203.0.113.0\n");
        assertThat(memory).isDirectoryNotContaining("glob:**/pipe-*");
    }

    // ---- several loggers

    @Test
    void twoLoggersWriteTheSameFiles() throws Exception {
        int count = 30_000;
        List<Process> loggers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = 0; n < count; n++) {
                text.append(raw(n % 3 == 0 ? "b" : "a", 2 * n + i));
            }
            Files.writeString(folder.resolve("in" + i), text);
            loggers.add(logger("in" + i));
        }
        for (Process logger : loggers) {
            assertThat(end(logger)).isZero();
        }
        for (String site : List.of("a", "b")) {
            List<String> lines = read(site + "/access.log").lines().toList();
            for (int i = 0; i < 2; i++) {
                int own = i;
                List<String> expected = IntStream.range(0, count)
                        .filter(n -> (n % 3 == 0) == site.equals("b"))
                        .mapToObj(n -> masked(2 * n + own).strip())
                        .toList();
                assertThat(lines.stream()
                                .filter(line -> Integer.parseInt(line.replaceAll("\\D*$|.*/", "")
                                                        .replaceAll("\\D", ""))
                                                % 2
                                        == own)
                                .toList()
                                .equals(expected))
                        .as("logger %d, site %s", i, site)
                        .isTrue();
            }
        }
    }

    @Test
    void theSecondAtAPipeTakesOverWhenTheFirstIsKilled() throws Exception {
        RandomAccessFile pipe = pipe("pipe");
        Process one = logger("pipe");
        send(pipe, raw("a", 1));
        await("a/access.log", masked(1));
        Process two = logger("pipe", "--linger", "1");
        await("errors", "Another logger reads this pipe");
        one.destroyForcibly().waitFor();
        send(pipe, raw("a", 2));
        await("a/access.log", masked(2));
        signal(two, "TERM");
        assertThat(end(two)).isZero();
        assertThat(read("a/access.log")).isEqualTo(masked(1) + masked(2));
    }

    /** A logger that takes long to end when all is done. */
    static final class Slow {
        private Slow() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    Files.writeString(Path.of("ending"), "yes");
                    Thread.sleep(3_000);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
            LogsCommand.main(arguments);
        }
    }

    @Test
    void whoHasEndedReadsNothingThatTheSecondAtThePipeIsToHave() throws Exception {
        RandomAccessFile pipe = pipe("pipe");
        logged = Slow.class;
        Process one = logger("pipe", "--linger", "0");
        send(pipe, raw("a", 0));
        await("a/access.log", masked(0));
        logged = LogsCommand.class;
        Process two = logger("pipe", "--linger", "1");
        await("errors", "Another logger reads this pipe");
        signal(one, "TERM");
        await("ending", "yes");
        StringBuilder expected = new StringBuilder(masked(0));
        for (int n = 1; n <= 100; n++) {
            send(pipe, raw("a", n));
            expected.append(masked(n));
            Thread.sleep(10);
        }
        assertThat(one.isAlive()).as("the first one has not gone yet").isTrue();
        signal(two, "TERM");
        assertThat(end(one)).isZero();
        assertThat(end(two)).isZero();
        assertThat(read("a/access.log")).isEqualTo(expected.toString());
    }

    // ---- the sites file

    @Test
    void takesOverWhatTheSitesFileSaysWhileItRuns() throws Exception {
        RandomAccessFile pipe = pipe("pipe");
        logger("pipe");
        send(pipe, raw("a", 1));
        await("a/access.log", masked(1));

        sites(site("a", ",\"masking\":\"address=zero\""), site("b", ""));
        sendUntil(pipe, raw("a", 2), "a/access.log", "0.0.0.0 - -");

        // Renamed: its new name has its lines, and those of the old one are of an unknown host.
        Files.createDirectory(folder.resolve("c"));
        sites(site("c", ""), site("b", ""));
        sendUntil(pipe, raw("c", 3), "c/access.log", masked(3));
        send(pipe, raw("a", 4));
        await("unknown/other.log", "a.example:80 203.0.113.0");

        for (String wrong : List.of("{\"format\":\"sparsam-pipe/1\",\"sites\":[{\"dom", "", "{\"format\":\"x\"}")) {
            Files.deleteIfExists(folder.resolve("errors"));
            replaceSites(wrong);
            send(pipe, raw("c", 5));
        }
        Files.delete(folder.resolve("sites.json"));
        Thread.sleep(2_500);
        int before = read("c/access.log").length();
        send(pipe, raw("c", 6));
        await("c/access.log", masked(6));
        assertThat(read("c/access.log").substring(before))
                .as("what was known before holds")
                .isEqualTo(masked(6));
    }

    /** Until it has been noticed. */
    private void sendUntil(RandomAccessFile pipe, String line, String file, String text) throws Exception {
        for (int i = 0; i < 300 && !read(file).contains(text); i++) {
            send(pipe, line);
            Thread.sleep(100);
        }
        assertThat(read(file)).contains(text);
    }

    @Test
    void saysWhatIsWrongInTheSitesFileAndSortsAllToTheUnknown() throws Exception {
        replaceSites("{\"format\":\"sparsam-pipe/1\",\"sites\":[{\"domain\":\"a.example\"}]}");
        Files.writeString(folder.resolve("in"), raw("a", 1));
        assertThat(end(logger("in"))).isZero();
        assertThat(read("errors"))
                .contains("Site a.example in", "sites.json is wrong", "no \"directory\"", "Correct it");
        assertThat(read("errors")).contains("1 line so far was of an unknown host; it is in");
        assertThat(read("unknown/" + only("unknown"))).isEqualTo("a.example:80 " + masked(1));
    }

    @Test
    void deletesNothingBeforeItKnowsWhichSitesAreHeld() throws Exception {
        Files.delete(folder.resolve("sites.json"));
        Path diverted = Files.writeString(
                Files.createDirectory(folder.resolve("unknown")).resolve("a.example-20260101-access.log"), "x\n");
        Files.setLastModifiedTime(diverted, FileTime.from(Instant.now().minus(Duration.ofDays(9))));
        Files.writeString(folder.resolve("in"), raw("a", 1));
        assertThat(end(logger("in"))).isZero();
        assertThat(diverted).exists();
        assertThat(read("errors"))
                .containsOnlyOnce("Nothing is deleted in the spool and in the folder for unknown hosts")
                .contains(folder.resolve("sites.json").toString());

        Files.delete(folder.resolve("errors"));
        sites(site("a", ""));
        assertThat(end(logger("in"))).isZero();
        assertThat(diverted).doesNotExist();
        assertThat(read("errors")).isEmpty();
    }

    // ---- what cannot be written

    @Test
    void whatDoesNotFitWaitsInTheSpoolAndIsWrittenInOrderAfterARestart() throws Exception {
        int count = 350_000;
        StringBuilder text = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int n = 0; n < count; n++) {
            text.append(raw("a", n));
            expected.append(masked(n));
        }
        Files.writeString(folder.resolve("in"), text);
        // In blocks of 512 bytes: less than the lines, more than the memory that the logger needs; and what is left is
        // more than is taken from the spool in one go.
        Process limited = logger(Optional.of("ulimit -f 12000"), "in", "--memory-size", "4M");
        assertThat(end(limited)).isOne();
        String written = read("a/access.log");
        assertThat(written.length()).isLessThan(expected.length());
        assertThat(expected.toString().startsWith(written) && written.endsWith("\n"))
                .as("whole lines")
                .isTrue();
        assertThat(read("errors")).contains("a/access.log cannot be written, so its lines wait in the spool");

        Files.writeString(folder.resolve("in"), raw("a", count));
        expected.append(masked(count));
        assertThat(end(logger("in", "--memory-size", "4M"))).isZero();
        assertThat(read("a/access.log").equals(expected.toString())).isTrue();
        assertThat(folder.resolve("spool")).isEmptyDirectory();
    }

    @Test
    void whatOnlyWaitsInTheSpoolIsNotWrittenAndTheNextOneWritesItHoweverShortItLives() throws Exception {
        Files.delete(folder.resolve("a"));
        Files.writeString(folder.resolve("in"), raw("a", 1) + raw("b", 2));
        assertThat(end(logger("in"))).isOne();
        assertThat(read("b/access.log")).isEqualTo(masked(2));
        assertThat(read("errors"))
                .contains("bytes could not be written to their logs and wait in " + folder + "/spool");

        Files.createDirectory(folder.resolve("a"));
        Files.delete(folder.resolve("errors"));
        Files.writeString(folder.resolve("in"), "");
        assertThat(end(logger("in"))).isZero();
        assertThat(read("a/access.log")).isEqualTo(masked(1));
        assertThat(read("errors")).isEmpty();
    }

    @Test
    void doesNotSayThatLinesAreWhereThereWasNoRoomForThem() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int n = 0; n < 40_000; n++) {
            text.append(raw("nobody", n));
        }
        Files.writeString(folder.resolve("in"), text);
        assertThat(end(logger("in", "--default-size", "1M"))).isOne();
        assertThat(read("errors"))
                .contains(
                        "as much as it may",
                        "40,000 lines so far were of unknown hosts; those for which there was room")
                .doesNotContain("hosts; they are in", "nothing could be written", "wait in");
    }

    @Test
    void saysOfAFileOfUnknownHostsThatItIsOneAndOfTheSpoolThatItIsThat() throws Exception {
        Files.createDirectories(folder.resolve("unknown/other.log"));
        Files.writeString(folder.resolve("in"), raw("nobody", 1));
        assertThat(end(logger("in"))).isOne();
        assertThat(read("errors"))
                .contains(
                        "unknown/other.log cannot be written, so its lines wait in the spool as long as there is room")
                .doesNotContain("share");
        Files.writeString(folder.resolve("spool/0.spool"), "none");
        assertThat(end(logger("in"))).isOne();
        assertThat(read("errors")).contains("spool/0.spool in the spool cannot be used");
    }

    @Test
    void whatCannotBeReadIsNotWritten() throws Exception {
        // A folder can be opened, but not read.
        Files.writeString(folder.resolve("in"), "");
        assertThat(end(logger(Optional.of("exec < " + folder.resolve("b")), "in")))
                .isOne();
        assertThat(read("errors")).contains("The lines cannot be read");
    }

    /** A logger whose thread that reads ends by something that nobody has thought of. */
    static final class Broken {
        private Broken() {}

        public static void main(String[] arguments) {
            FileInputStream input = new FileInputStream(FileDescriptor.in) {
                @Override
                public FileChannel getChannel() {
                    throw new OutOfMemoryError("for this test");
                }
            };
            List<String> options = List.of(arguments).subList(1, arguments.length);
            System.exit(new PipeCommand(input, System.err, Locale.ENGLISH, new SecureRandom()).run(options));
        }
    }

    @Test
    void whoCannotReadAnyMoreEndsWhateverTheReason() throws Exception {
        pipe("pipe");
        logged = Broken.class;
        Process logger = logger("pipe");
        assertThat(end(logger)).isOne();
        assertThat(read("errors")).contains("OutOfMemoryError: for this test");
    }

    @Test
    void aSpoolThatIsGoneStopsNobody() throws Exception {
        RandomAccessFile pipe = pipe("pipe");
        Process logger = logger("pipe", "--linger", "1");
        send(pipe, raw("a", 1));
        await("a/access.log", masked(1));
        Files.move(folder.resolve("spool"), folder.resolve("away"));
        // No hand of a logger, but named like one.
        Files.createDirectory(memory.resolve("pipe-0"));
        Files.createDirectory(memory.resolve("pipe-0.out"));
        await("errors", "What waits in the spool cannot be looked through");
        await("errors", "cannot be taken over from " + memory.resolve("pipe-0"));
        send(pipe, raw("a", 2));
        await("a/access.log", masked(2));
        Files.move(folder.resolve("away"), folder.resolve("spool"));
        signal(logger, "TERM");
        assertThat(end(logger)).isZero();
    }

    @Test
    void aFolderThatCannotBeWrittenStopsNobodyElse() throws Exception {
        Path closed = folder.resolve("a");
        boolean mounted = Files.getAttribute(folder, "unix:uid").equals(0)
                && new ProcessBuilder("mount", "-t", "tmpfs", "-o", "ro", "none", closed.toString())
                                .start()
                                .waitFor()
                        == 0;
        if (!mounted) {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-x------"));
            assumeThat(Files.isWritable(closed))
                    .as("a folder can be made read-only")
                    .isFalse();
        }
        try {
            RandomAccessFile pipe = pipe("pipe");
            Process logger = logger("pipe", "--linger", "1");
            send(pipe, raw("a", 1) + raw("b", 2));
            await("b/access.log", masked(2));
            await("errors", "a/access.log cannot be written");
            if (mounted) {
                assertThat(new ProcessBuilder("mount", "-o", "remount,rw", closed.toString())
                                .start()
                                .waitFor())
                        .isZero();
            } else {
                Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
            }
            await("a/access.log", masked(1));
            signal(logger, "TERM");
            assertThat(end(logger)).isZero();
        } finally {
            if (mounted) {
                assertThat(new ProcessBuilder("umount", closed.toString())
                                .start()
                                .waitFor())
                        .isZero();
            }
        }
    }

    // ---- nothing unmasked

    @Test
    void nothingUnmaskedIsEverOnTheDisk() throws Exception {
        Files.delete(folder.resolve("b"));
        RandomAccessFile pipe = pipe("pipe");
        StringBuilder text = new StringBuilder();
        for (int n = 0; n < 2_000; n++) {
            String address = n / 6 % 2 == 0 ? "198.51.100.77" : "2001:db8:77::77";
            String host = List.of(
                            "a.example ", "b.example:443 ", "nobody.example ", "", "\u0001 ", "[" + address + "]:80 ")
                    .get(n % 6);
            text.append(host).append(address).append(" - - \"GET /").append(n).append('\n');
        }
        Process logger = logger("pipe");
        for (int from = 0; from < text.length(); from += 4_000) {
            send(pipe, text.substring(from, Math.min(text.length(), from + 4_000)));
        }
        await("a/access.log", "GET /1998");
        send(pipe, "a.example 198.51.100.77 and no end");
        Thread.sleep(300);
        logger.destroyForcibly().waitFor();
        assertThat(read("spool/" + only("spool"))).contains("198.51.100.0");

        assertNoLeak();
        try (Stream<Path> files = Files.list(memory)) {
            List<Path> held = files.toList();
            assertThat(held).anyMatch(PipeIT::leaks);
            for (Path file : held) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
        }

        // The next one ends as it should, and says what it has to say.
        Process next = logger("pipe", "--linger", "1");
        send(pipe, "\nnobody.example 198.51.100.77 last\n");
        await("unknown/other.log", "198.51.100.0 last");
        signal(next, "TERM");
        // The folder of b is not there.
        assertThat(end(next)).isOne();
        await("errors", "1 line so far was of an unknown host");
        assertThat(read("a/access.log")).contains("198.51.100.0 and no end\n");
        assertNoLeak();
    }

    private void assertNoLeak() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile).filter(PipeIT::leaks)).isEmpty();
        }
    }

    private static boolean leaks(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            return text.contains("100.77") || text.contains("db8:77::77");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
