package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.ArchiveTest.Log;
import dev.sparsam.logs.internal.Inspection.State;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives as the programs of this machine write them, and as they read them again. */
class ArchiveToolsTest {
    @TempDir
    private Path directory;

    private Path site;
    private Path restored;
    private Path archive;
    private Log log = Log.of(new Random(1), 0);

    @BeforeEach
    void makeASite() throws IOException {
        site = Files.createDirectory(directory.resolve("site"));
        restored = Files.createDirectory(directory.resolve("restored"));
        archive = directory.resolve("backup");
        Path logs = Files.createDirectory(site.resolve("log"));
        for (long seed = 1; log.after().length == 0 || log.after().length == log.before().length; seed++) {
            log = Log.of(new Random(seed), 300);
        }
        Files.write(logs.resolve("access.log"), log.before());
        Files.write(logs.resolve("error.log.2.gz"), CompressionTest.pack(Compression.GZIP, log.before()));
        Files.createLink(logs.resolve("again.log"), logs.resolve("access.log"));
        Files.createSymbolicLink(logs.resolve("current"), Path.of("access.log"));
        Files.writeString(Files.createDirectory(site.resolve("web")).resolve("index.html"), "<p>203.0.113.77</p>\n");
        Path deep = Files.createDirectories(site.resolve("d".repeat(120)).resolve("e".repeat(90)));
        Files.write(deep.resolve("f\u00fcr.log"), log.before());
        try (Stream<Path> all = Files.walk(site)) {
            for (Path one : all.filter(path -> !Files.isSymbolicLink(path)).toList()) {
                Files.setLastModifiedTime(one, FileTime.from(ArchiveTest.NOW));
            }
        }
    }

    private String run(Path where, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(process.exitValue())
                .as("%s: %s", String.join(" ", command), said)
                .isZero();
        return said;
    }

    private static void needs(String program) {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/" + program)), "needs " + program + ": apt install " + program);
    }

    /** Looks, and masks what is due, as a sweep does. */
    private Inspection mask() {
        Inspection found = ArchiveInspection.of(archive, ArchiveTest.archive(), LargestLog.ANY);
        assertThat(found.state()).as("%s", found).isEqualTo(State.READ);
        FileChanger changer = new FileChanger(new TemporaryNames()::next, new RealFolders(Optional.empty()));
        Begun begun = changer.replace(
                archive,
                found.expectation().orElseThrow(),
                ArchiveTest.archive().rewriting(),
                Optional.empty(),
                result -> {});
        if (begun instanceof SecondName name) {
            assertThat(changer.settle(List.of(name)).values()).containsExactly(Change.of(Change.Kind.DONE));
        } else {
            assertThat(begun).isEqualTo(Change.of(Change.Kind.DONE, FileNote.of(Code.NOTHING_TO_MASK)));
        }
        return found;
    }

    private void assertRestored() throws IOException {
        try (Stream<Path> all = Files.walk(site)) {
            for (Path before : all.toList()) {
                Path after = restored.resolve("site").resolve(site.relativize(before));
                FileIdentity one = FileIdentity.read(before);
                FileIdentity other = FileIdentity.read(after);
                assertThat(other.mode()).as("%s", after).isEqualTo(one.mode());
                if (Files.isSymbolicLink(before)) {
                    assertThat(Files.readSymbolicLink(after)).isEqualTo(Files.readSymbolicLink(before));
                } else if (one.regular()) {
                    assertThat(other.modified()).as("%s", after).isEqualTo(one.modified());
                    assertThat(other.uid()).as("%s", after).isEqualTo(one.uid());
                    boolean named =
                            ArchiveTest.LOGS.test(site.relativize(before).toString());
                    byte[] content = Files.readAllBytes(after);
                    assertThat(Compression.of(content).isPresent() ? plain(content) : content)
                            .as("%s", after)
                            .isEqualTo(named ? log.after() : Files.readAllBytes(before));
                }
            }
        }
    }

    private static byte[] plain(byte[] content) throws IOException {
        try (Decompressor decompressor = Compression.GZIP.open(new java.io.ByteArrayInputStream(content))) {
            return decompressor.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ustar", "gnu", "oldgnu", "posix"})
    void gnuTarReadsWhatItWrote(String format) throws IOException {
        needs("tar");
        if (format.equals("ustar")) {
            // It has no place for such a long path.
            Files.move(site.resolve("d".repeat(120)), site.resolve("d".repeat(80)));
        }
        run(directory, "tar", "--format=" + format, "-cf", "backup", "site");
        String before = run(directory, "tar", "-tvf", "backup");
        mask();
        assertThat(Files.size(archive) % 10_240).isZero();
        assertThat(run(restored, "tar", "-xpf", "../backup")).isEmpty();
        assertRestored();
        assertThat(withoutSizes(run(directory, "tar", "-tvf", "backup"))).isEqualTo(withoutSizes(before));
        byte[] once = Files.readAllBytes(archive);
        mask();
        assertThat(archive).hasBinaryContent(once);
    }

    private static String withoutSizes(String listing) {
        return listing.replaceAll("(?m)^(\\S+ \\S+) +\\d+ ", "$1 ");
    }

    @Test
    void gnuTarReadsAV7Archive() throws IOException {
        needs("tar");
        Files.write(site.resolve("log/bare.log"), log.before());
        run(directory, "tar", "--format=v7", "-cf", "backup", "site/log/bare.log", "site/web");
        mask();
        run(restored, "tar", "-xpf", "../backup");
        assertThat(restored.resolve("site/log/bare.log")).hasBinaryContent(log.after());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "xz", "bzip2"})
    void gnuTarReadsACompressedArchive(String program) throws IOException {
        needs("tar");
        needs(program);
        run(directory, "tar", "--" + program, "-cf", "backup", "site");
        mask();
        run(restored, "tar", "--" + program, "-xpf", "../backup");
        assertRestored();
    }

    @Test
    void anIncrementalArchiveIsRestoredOverTheFullOne() throws IOException {
        needs("tar");
        run(directory, "tar", "-g", "site.snar", "-cf", "backup", "site");
        mask();
        run(restored, "tar", "-g", "/dev/null", "-xpf", "../backup");
        Files.write(site.resolve("log/new.log"), log.before());
        Files.setLastModifiedTime(site.resolve("log/new.log"), FileTime.from(ArchiveTest.NOW));
        Files.delete(site.resolve("web/index.html"));
        archive = directory.resolve("backup.1");
        run(directory, "tar", "-g", "site.snar", "-cf", "backup.1", "site");
        mask();
        run(restored, "tar", "-g", "/dev/null", "-xpf", "../backup.1");
        assertRestored();
        assertThat(restored.resolve("site/web/index.html")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "posix"})
    void aSparseLogIsReportedAndTheOthersAreMasked(String format) throws IOException {
        needs("tar");
        Path sparse = site.resolve("log/sparse.log");
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            // Holes enough that the list of what lies between does not fit into one header.
            for (int i = 0; i < 30; i++) {
                file.seek((1L << 20) * i);
                file.write(log.before());
            }
        }
        byte[] before = Files.readAllBytes(sparse);
        run(directory, "tar", "-S", "--format=" + format, "-cf", "backup", "site");
        Inspection found = mask();
        assertThat(found.notes())
                .startsWith(FileNote.of(Code.IN_ENTRY, "site/log/sparse.log"), FileNote.of(Code.ENTRY_SPARSE))
                .hasSize(3);
        assertThat(found.notes().get(2).code()).isEqualTo(Code.NEWEST_UNREAD);
        run(restored, "tar", "-xpf", "../backup");
        assertThat(restored.resolve("site/log/sparse.log")).hasBinaryContent(before);
        Files.delete(sparse);
        assertThat(restored.resolve("site/log/access.log")).hasBinaryContent(log.after());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-6", "-0", "-9", "-fz-", "-fz", "-Z bzip2"})
    void unzipReadsWhatZipWrote(String option) throws IOException {
        needs("zip");
        needs("unzip");
        run(
                directory,
                Stream.concat(
                                Stream.of("zip", "-q", "-r", "-y"),
                                Stream.concat(Stream.of(option.split(" ")), Stream.of("backup.zip", "site")))
                        .toArray(String[]::new));
        archive = directory.resolve("backup.zip");
        String before = run(directory, "unzip", "-Z", "-T", "backup.zip");
        mask();
        run(directory, "unzip", "-t", "backup.zip");
        run(restored, "unzip", "-q", "../backup.zip");
        assertRestored();
        assertThat(names(run(directory, "unzip", "-Z", "-T", "backup.zip"))).isEqualTo(names(before));
        byte[] once = Files.readAllBytes(archive);
        mask();
        assertThat(archive).hasBinaryContent(once);
    }

    @Test
    void unzipReadsWhatZipWroteToAPipe() throws IOException {
        needs("zip");
        needs("unzip");
        Files.delete(site.resolve("log/current"));
        run(directory, "sh", "-c", "zip -q -r - site | cat > backup");
        mask();
        run(directory, "unzip", "-t", "backup");
        run(restored, "unzip", "-q", "../backup");
        assertRestored();
    }

    private static List<String> names(String listing) {
        return listing.lines()
                .filter(line -> line.contains("site/"))
                .map(line -> line.replaceAll("^(\\S+ +\\S+ \\S+) +\\d+ ", "$1 "))
                .toList();
    }

    @Test
    void aSelfExtractingZipWithACommentStaysOne() throws IOException {
        needs("zip");
        needs("unzip");
        run(directory, "zip", "-q", "-r", "-y", "made.zip", "site");
        byte[] start = "#!/bin/sh\nexec unzip \"$0\"\n".getBytes(StandardCharsets.UTF_8);
        Files.write(directory.resolve("backup.zip"), start);
        Files.write(
                directory.resolve("backup.zip"),
                Files.readAllBytes(directory.resolve("made.zip")),
                java.nio.file.StandardOpenOption.APPEND);
        run(directory, "zip", "-q", "-A", "backup.zip");
        archive = directory.resolve("backup.zip");
        mask();
        assertThat(run(directory, "unzip", "-t", "backup.zip"))
                .contains("No errors")
                .doesNotContain("warning");
        assertThat(Files.readString(archive, StandardCharsets.ISO_8859_1)).startsWith("#!/bin/sh\nexec");
        run(restored, "unzip", "-q", "../backup.zip");
        assertRestored();
    }

    @Test
    void anEncryptedLogInAZipIsReported() throws IOException {
        needs("zip");
        run(directory, "zip", "-q", "-P", "secret", "backup.zip", "site/log/access.log");
        run(directory, "zip", "-q", "backup.zip", "site/log/error.log.2.gz");
        archive = directory.resolve("backup.zip");
        Inspection found = mask();
        assertThat(found.notes())
                .startsWith(FileNote.of(Code.IN_ENTRY, "site/log/access.log"), FileNote.of(Code.ENTRY_ENCRYPTED))
                .hasSize(3);
        assertThat(found.notes().get(2).code()).isEqualTo(Code.NEWEST_UNREAD);
        run(restored, "unzip", "-q", "-P", "secret", "../backup.zip");
        assertThat(restored.resolve("site/log/access.log")).hasBinaryContent(log.before());
        assertThat(plain(Files.readAllBytes(restored.resolve("site/log/error.log.2.gz"))))
                .isEqualTo(log.after());
    }

    @Test
    void aSplitZipIsReported() throws IOException {
        needs("zip");
        byte[] noise = new byte[200_000];
        new Random(1).nextBytes(noise);
        Files.write(site.resolve("picture"), noise);
        run(directory, "zip", "-q", "-r", "-s", "64k", "backup.zip", "site");
        archive = directory.resolve("backup.zip");
        Inspection found = ArchiveInspection.of(archive, ArchiveTest.archive(), LargestLog.ANY);
        assertThat(found.notes()).containsExactly(FileNote.of(Code.ARCHIVE_VOLUMES));
    }
}
