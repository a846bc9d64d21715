package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileNote;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.SiteId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration QUIET = Duration.ofMinutes(5);

    private final Random random = new Random(11);

    @Test
    void whatIsPackedIsWhatIsRead() {
        for (int i = 0; i < 1_000; i++) {
            long number = random.nextLong() >> random.nextInt(64);
            Instant moment = Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
            String text = "\u00e4\0\n" + Long.toHexString(number);
            Packed.Writer out = new Packed.Writer();
            out.number(number);
            out.text(text);
            out.moment(moment);
            out.moment(Optional.<Instant>empty());
            out.flag(true);
            Packed.Reader in = new Packed.Reader(out.toBytes());
            assertThat(in.number()).isEqualTo(number);
            assertThat(in.text()).isEqualTo(text);
            assertThat(in.moment()).isEqualTo(moment);
            assertThat(in.optionalMoment()).isEmpty();
            assertThat(in.flag()).isTrue();
            assertThat(in.more()).isFalse();
        }
    }

    @Test
    void lookIsKeptWhole(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("access.log.1"), "203.0.113.9 - - [22/Nov/2026:00:00:00 +0000] \"x\"\n");
        Files.writeString(directory.resolve("access.log.2.gz"), "no gzip");
        Files.createSymbolicLink(directory.resolve("access.log.3"), Path.of("/nowhere"));
        SiteId site = new SiteId("d");
        List<LogStream> streams = List.of(
                new LogStream(site, LogKind.WEB_ACCESS, directory, "access.log*"),
                new LogStream(site, LogKind.WEB_ERROR, directory.resolve("none"), "error.log*"));
        Look look = new SweepWork(
                        Clock.systemUTC(),
                        ZoneOffset.UTC,
                        OwnFormats.NONE,
                        new SweepLimits(QUIET, Duration.ofDays(9), Duration.ZERO, LargestLog.ANY))
                .look(
                        streams,
                        Rules.site(new Days(7), AddressMasking.DEFAULT),
                        NOW,
                        Map.of(),
                        () -> PseudonymisedLogs.NONE);
        assertThat(look.files()).hasSize(4);
        assertThat(Look.files(site, look.packedFiles())).isEqualTo(look.files());
        assertThat(Look.folders(look.packedFolders())).isEqualTo(look.folders());
        assertThat(Look.areUnchanged(look.packedMarks(), OpenFiles::unknown)).isTrue();
        assertThat(look.folders()).allMatch(Look.Folder::isUnchanged);
        Files.createDirectory(directory.resolve("none"));
        assertThat(look.folders()).noneMatch(Look.Folder::isUnchanged);
    }

    /** Between now and the moment that is named, time alone must not change what is planned. */
    @Test
    void untilItIsDueAFileIsPlannedAsItIsNow() {
        for (int i = 0; i < 4_000; i++) {
            String name = List.of(
                            "access.log",
                            "access.log.1",
                            "20261121-access.log",
                            "20261122-access.log",
                            "access.log.2.gz")
                    .get(random.nextInt(5));
            FileIdentity file = new FileIdentity(1, 2, 3, around(), NOW, 0x81a4, 0, 0, 1);
            Instant newest = around();
            Inspection inspection = new Inspection(
                    Path.of("/logs", name),
                    Inspection.State.READ,
                    List.of(),
                    Optional.of(file),
                    "00",
                    scan(newest, random.nextInt(2)));
            OpenFiles open = new OpenFiles(Set.of(), random.nextBoolean());
            RetentionRule retention = new Days(1 + random.nextInt(3));
            Instant due = next(inspection, file, name, open, retention);
            FilePlan planned = plan(inspection, file, name, open, retention, NOW);
            for (int later = 0; later < 5; later++) {
                long seconds = Math.min(Duration.between(NOW, due).toSeconds(), 864_000);
                Instant at = NOW.plusSeconds(random.nextLong(Math.max(1, seconds)));
                assertThat(plan(inspection, file, name, open, retention, at))
                        .as("%s modified %s newest %s at %s, due %s", name, file.modified(), newest, at, due)
                        .isEqualTo(planned);
            }
        }
    }

    private Instant around() {
        return NOW.plusSeconds(random.nextInt(300_000) - 250_000)
                .plusSeconds(random.nextBoolean() ? 0 : -random.nextInt(700));
    }

    private static Instant next(
            Inspection inspection, FileIdentity file, String name, OpenFiles open, RetentionRule retention) {
        Optional<FileNote> inUse = InUse.check(name, Set.of(name), false, file, open, QUIET, ZoneOffset.UTC, NOW);
        Instant never = Instant.MAX;
        Instant one = Planner.next(inspection, Rules.of(retention, AddressMasking.DEFAULT), NOW)
                .orElse(never);
        Instant other = InUse.next(file, inUse, QUIET, ZoneOffset.UTC, NOW).orElse(never);
        return one.isBefore(other) ? one : other.equals(never) ? NOW.plus(Duration.ofDays(10)) : other;
    }

    private static FilePlan plan(
            Inspection inspection,
            FileIdentity file,
            String name,
            OpenFiles open,
            RetentionRule retention,
            Instant at) {
        Optional<FileNote> inUse = InUse.check(name, Set.of(name), false, file, open, QUIET, ZoneOffset.UTC, at);
        return Planner.plan(inspection, Rules.of(retention, AddressMasking.DEFAULT), inUse, at);
    }

    @Test
    void rootOfACoverIsThatOfRfc9162() {
        for (int size = 1; size < 40; size++) {
            List<Cover.Member> members = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                members.add(new Cover.Member(
                        new SweptSite(new SiteId("d" + i), Rules.site(new Days(7), AddressMasking.DEFAULT)),
                        3,
                        new Look.Left(i, 0, 1),
                        Optional.empty()));
            }
            assertThat(members.get(0).line())
                    .isEqualTo("d0 " + Rules.site(new Days(7), AddressMasking.DEFAULT)
                            + " files=0 missing=0 problems=1 look=3");
            assertThat(Cover.root(members)).isEqualTo(HexFormat.of().formatHex(tree(members)));
        }
    }

    /** As the RFC defines it: the left tree has the largest power of two of leaves that leaves one to the right. */
    private static byte[] tree(List<Cover.Member> members) {
        MessageDigest sha256 = LogInput.newSha256();
        if (members.size() == 1) {
            sha256.update((byte) 0);
            return sha256.digest(members.get(0).line().getBytes(StandardCharsets.UTF_8));
        }
        int left = Integer.highestOneBit(members.size() - 1);
        byte[] one = tree(members.subList(0, left));
        byte[] other = tree(members.subList(left, members.size()));
        sha256.update((byte) 1);
        sha256.update(one);
        return sha256.digest(other);
    }

    private static LogScan scan(Instant newest, int unmasked) {
        return new LogScan(
                1,
                Optional.of(newest),
                Optional.of(newest),
                unmasked,
                0,
                unmasked,
                Optional.of(newest).filter(any -> unmasked > 0));
    }
}
