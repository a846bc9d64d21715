package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.internal.Change.Kind;
import dev.sparsam.logs.internal.FileChanger.Fate;
import dev.sparsam.logs.internal.FileChanger.Steps;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The owner of a folder of logs puts something else in its place, or in that of a file there, while files are changed:
 * nothing that is not below that folder may be touched, whatever becomes of what is.
 */
class SwappedFolderTest {
    private static final String LINE = " - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5\n";
    private static final String BEFORE = "203.0.113.77" + LINE;
    private static final Instant OLD = Instant.parse("2026-11-20T01:02:03.123456Z");
    private static final int STRANGER = 12_345;
    private static final int FILES = 4;
    private static final int ROUNDS = 120;
    /**
     * How long the folder stays where it belongs between two swaps, round by round: not at all, so that it is swapped
     * between any two calls of ours, up to long enough for all of a change, however the machine shares its time.
     */
    private static final List<Duration> RESTS =
            List.of(Duration.ZERO, Duration.ofNanos(100_000), Duration.ofMillis(1), Duration.ofMillis(20));

    @TempDir
    private Path temporary;

    private Path web;
    private Path logs;
    private Path outside;

    @BeforeEach
    void folders() throws IOException {
        // As of a customer: what is in it can be swapped, so nobody may rely on having looked at it.
        web = Files.createDirectory(temporary.resolve("web"));
        Files.setPosixFilePermissions(web, PosixFilePermissions.fromString("rwxrwxrwx"));
        logs = Files.createDirectory(web.resolve("logs"));
        outside = Files.createDirectory(temporary.resolve("outside"));
    }

    private static Path write(Path file) throws IOException {
        Files.writeString(file, BEFORE, StandardCharsets.ISO_8859_1);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        return Files.setLastModifiedTime(file, FileTime.from(OLD));
    }

    private static FileChanger changer(Steps steps) {
        // Where the user is root, the links of the test are followed: nobody but the changer itself keeps out.
        RealFolders folders =
                new RealFolders(Owners.of(Path.of("/proc/self/status")).map(Owners::user));
        return new FileChanger(new TemporaryNames()::next, folders, asked -> OpenFiles.unknown(), steps);
    }

    private static Expectation expected(Path file) {
        return Rules.inspect(file, AddressMasking.DEFAULT, ZoneOffset.UTC)
                .expectation()
                .orElseThrow();
    }

    private static Begun mask(FileChanger changer, Path file, Expectation expected, Runnable beforeCommit) {
        return changer.replace(
                file,
                expected,
                Rules.rewriting(AddressMasking.DEFAULT),
                Optional.empty(),
                result -> beforeCommit.run());
    }

    /** All that the file system says of what is there, and the content. */
    private static Map<Path, String> told(Path folder) throws IOException {
        Map<Path, String> told = new TreeMap<>();
        told.put(folder, FileIdentity.read(folder).toString());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                told.put(file, FileIdentity.read(file) + Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return told;
    }

    /** But for how many names it has, and when that changed. */
    private static String content(Path file) throws IOException {
        FileIdentity found = FileIdentity.read(file);
        return found.key() + " " + found.size() + " " + found.modified() + " " + found.mode() + " " + found.uid() + " "
                + Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static Path copy(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> FileChanger.isOurs(file.getFileName().toString()))
                    .findAny()
                    .orElseThrow();
        }
    }

    private static void unchecked(Act act) {
        try {
            act.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Act {
        void run() throws IOException;
    }

    /** Swaps the folder for a link to another one, and back, and rests, until it is to end. */
    private final class Owner {
        private final Duration rest;
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicInteger swaps = new AtomicInteger();
        private final List<Throwable> failed = new ArrayList<>();
        private final Thread thread = new Thread(() -> unchecked(this::swap));

        Owner(Duration rest) {
            this.rest = rest;
            thread.setUncaughtExceptionHandler((any, e) -> failed.add(e));
            thread.start();
        }

        private void swap() throws IOException {
            Path aside = web.resolve("aside");
            while (!stop.get()) {
                Files.move(logs, aside);
                Files.createSymbolicLink(logs, outside);
                Files.delete(logs);
                Files.move(aside, logs);
                swaps.incrementAndGet();
                LockSupport.parkNanos(rest.toNanos());
            }
        }

        void end() throws InterruptedException {
            stop.set(true);
            LockSupport.unpark(thread);
            thread.join();
            assertThat(failed).isEmpty();
        }
    }

    @Test
    @Timeout(120)
    void nothingBehindALinkIsTouchedWhileTheFolderIsSwapped() throws Exception {
        for (int i = 0; i < FILES; i++) {
            write(outside.resolve("access.log." + i));
        }
        Map<Path, String> before = told(outside);
        FileChanger changer = changer(new Steps() {});
        int swaps = 0;
        List<Kind> kinds = new ArrayList<>();
        // Nothing was tried until some change came between two swaps, and some met one.
        for (int round = 0; round < ROUNDS || !kinds.contains(Kind.DONE) || !kinds.contains(Kind.FAILED); round++) {
            List<Path> files = new ArrayList<>();
            List<Expectation> expected = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                files.add(write(logs.resolve("access.log." + i)));
                expected.add(expected(files.get(i)));
            }
            Owner owner = new Owner(RESTS.get(round % RESTS.size()));
            try {
                kinds.addAll(change(changer, files, expected));
            } finally {
                owner.end();
            }
            swaps += owner.swaps.get();
            assertThat(told(outside)).as("round %d", round).isEqualTo(before);
            try (Stream<Path> left = Files.list(logs)) {
                for (Path file : (Iterable<Path>) left::iterator) {
                    Files.delete(file);
                }
            }
        }
        System.out.println("SwappedFolderTest: " + swaps + " swaps, " + kinds.size() + " changes, of which "
                + Collections.frequency(kinds, Kind.DONE) + " were done");
        assertThat(swaps).isGreaterThanOrEqualTo(ROUNDS);
    }

    private List<Kind> change(FileChanger changer, List<Path> files, List<Expectation> expected) {
        List<Kind> kinds = new ArrayList<>();
        List<SecondName> begun = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            Begun step = i % 2 == 0
                    ? mask(changer, files.get(i), expected.get(i), () -> {})
                    : changer.delete(files.get(i), expected.get(i), false);
            if (step instanceof SecondName name) {
                begun.add(name);
            } else if (step instanceof Change change) {
                kinds.add(change.kind());
            }
        }
        changer.settle(begun).values().forEach(change -> kinds.add(change.kind()));
        try {
            changer.cleanUp(logs, digits -> true, Instant.now(), name -> Fate.PUT_BACK);
        } catch (IOException e) {
            // The folder was a link just then.
            assertThat(e).isNotNull();
        }
        return kinds;
    }

    /** A name in the folder leads to a file of somebody else's; it cannot be told from a copy by its name. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFileThatTakesThePlaceOfTheCopyIsNotTouched(boolean whileWritten) throws IOException {
        Path log = write(logs.resolve("access.log.1"));
        Path other = write(outside.resolve("other.log"));
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
        Act swap = () -> {
            Path copy = copy(logs);
            Files.delete(copy);
            Files.createLink(copy, other);
        };
        String[] before = new String[1];
        Runnable swapping = () -> unchecked(() -> {
            swap.run();
            before[0] = content(other);
        });
        FileChanger changer = changer(new Steps() {
            @Override
            public OutputStream output(OutputStream out) {
                if (whileWritten) {
                    swapping.run();
                }
                return out;
            }
        });
        Begun begun = mask(changer, log, expected(log), whileWritten ? () -> {} : swapping);
        assertThat(begun)
                .isInstanceOfSatisfying(
                        Change.class, change -> assertThat(change.kind()).isEqualTo(Kind.CHANGED));
        assertThat(log).hasContent(BEFORE);
        // Its second name has gone again, which is all that the file system tells.
        assertThat(content(other)).isEqualTo(before[0]);
    }

    /** The masked lines are for those who might read the log, not for the owner of what stands in its place now. */
    @Test
    void theCopyBelongsToTheOwnerOfTheLogAlsoWhenSomethingElseTakesItsPlace() throws IOException {
        Path log = write(logs.resolve("access.log.1"));
        Path own = write(logs.resolve("own"));
        Assumptions.assumeTrue(
                Files.getAttribute(own, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(0),
                "only root can give files away");
        Files.setAttribute(own, "unix:uid", STRANGER, LinkOption.NOFOLLOW_LINKS);
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-rw-rw-"));
        FileChanger changer = changer(new Steps() {
            @Override
            public OutputStream output(OutputStream out) {
                unchecked(() -> Files.move(own, log, StandardCopyOption.REPLACE_EXISTING));
                return out;
            }
        });
        List<FileIdentity> copies = new ArrayList<>();
        Begun begun =
                mask(changer, log, expected(log), () -> unchecked(() -> copies.add(FileIdentity.read(copy(logs)))));
        assertThat(begun).isInstanceOf(Change.class);
        assertThat(copies).singleElement().satisfies(copy -> {
            assertThat(copy.uid()).isZero();
            assertThat(copy.mode() & 0777).isEqualTo(0640);
        });
    }
}
