package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Site;
import dev.sparsam.store.Database;
import dev.sparsam.store.testing.SetClock;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A sweep that was killed goes on: at each instruction at which it may have been killed, whatever has happened since, and
 * whenever a legal hold is placed. The row and the receipt always say what has become of the file.
 */
class InterruptedSweepTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final Principal ADMIN = Principal.user(7, Role.PROVIDER_ADMIN, House.PROVIDER);
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** What a line holds that has not been masked. */
    private static final String UNMASKED = "203.0.113.9 ";

    @TempDir
    private Path folder;

    private final TestDatabase test = TestDatabases.H2.open(Path.of("src/main/resources/migrations"));
    private final House house = new House(test.database()).nobodyWrites();
    private final SetClock clock = new SetClock(NOW);
    private final Holds holds = house.holds(test.database(), clock);
    private final SweepService sweeps = house.sweeps(test.database(), clock);
    private final String dead = digitsOfDead();
    private int cases;

    /** Where it was killed. */
    private enum Killed {
        BEFORE_ANYTHING,
        /** The copy is written, and what it is has been kept. */
        WRITTEN,
        /** The log has its second name as well. */
        LINKED,
        /** The copy has the first name, the log the second; or the log, to be deleted, has the second only. */
        RENAMED,
        /** The second name has gone. */
        DROPPED
    }

    /** What has happened since. */
    private enum Since {
        NOTHING,
        /** Somebody has written to the log, whatever name it had by then. */
        LOG_WRITTEN,
        /** Somebody has written to what has its name. */
        NAME_WRITTEN,
        /** What had its name has another one. */
        ROTATED,
        /** The same, and there is a new log. */
        ROTATED_AND_NEW,
        /** There is a new log where there was none. */
        NEW,
        SETTINGS_CHANGED,
        SWEPT
    }

    /** One file, and a sweep that was killed while it changed it. */
    private final class Case {
        private final FileAction action;
        private final Killed killed;
        private final Path logs;
        private final Path log;
        private final Site site;
        private final String before;
        private long id;
        /** The log itself, where it still is; empty when it has been dropped. */
        private Optional<Path> original = Optional.empty();

        Case(FileAction action, Killed killed) throws Exception {
            this.action = action;
            this.killed = killed;
            String name = "d" + cases++;
            logs = Files.createDirectory(folder.resolve(name));
            site = house.site(name, logs);
            house.accessOnly(site);
            log = logs.resolve("access.log.2");
            before = switch (action) {
                case DELETE -> line(UNMASKED, 9);
                case CUT -> line(UNMASKED, 9) + line(UNMASKED, 2);
                case MASK, LEAVE -> line(UNMASKED, 2);
            };
            write(log, before, 3);
            id = sweeps.plan(site.scope(), ADMIN);
            sweeps.work("plan-" + id, id);
            assertThat(file(id).action()).as("%s", file(id)).isEqualTo(action);
            assertThat(sweeps.run(id, ADMIN)).isEmpty();
            house.submitted.clear();
            kill();
        }

        private void write(Path file, String content, int hours) throws IOException {
            Files.writeString(file, content);
            Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofHours(hours))));
        }

        private void kill() throws IOException {
            original = Optional.of(log);
            Expectation expected = expected(log);
            if (action == FileAction.DELETE) {
                keep(SweepWork.DELETING);
                if (killed.compareTo(Killed.RENAMED) >= 0) {
                    SecondName name = SecondName.of(log, dead, expected, Optional.empty());
                    Files.move(log, name.second());
                    original = Optional.of(name.second());
                    drop(name);
                }
                return;
            }
            if (killed == Killed.BEFORE_ANYTHING) {
                return;
            }
            Path copy = logs.resolve(".sparsam-" + dead + ".tmp");
            write(copy, line("203.0.113.0 ", 2), 3);
            FileIdentity written = FileIdentity.read(copy);
            keep(written.size() + " " + LogInput.sha256(copy));
            SecondName name = SecondName.of(log, dead, expected, Optional.of(written));
            if (killed.compareTo(Killed.LINKED) >= 0) {
                Files.createLink(name.second(), log);
            }
            if (killed.compareTo(Killed.RENAMED) >= 0) {
                Files.move(copy, log, StandardCopyOption.ATOMIC_MOVE);
                original = Optional.of(name.second());
                drop(name);
            }
        }

        private void drop(SecondName name) throws IOException {
            if (killed == Killed.DROPPED) {
                Files.delete(name.second());
                original = Optional.empty();
            }
        }

        private void keep(String result) {
            test.database()
                    .transaction(
                            sql -> sql.update("update logs_sweep_file set result = ? where sweep = ?", result, id));
        }

        /** Returns whether it can happen. */
        boolean happens(Since since) throws Exception {
            switch (since) {
                case NOTHING -> {}
                case LOG_WRITTEN -> {
                    if (original.isEmpty()) {
                        return false;
                    }
                    Files.writeString(original.get(), line(UNMASKED, 0), StandardOpenOption.APPEND);
                }
                case NAME_WRITTEN -> {
                    if (!Files.exists(log) || original.equals(Optional.of(log))) {
                        return false;
                    }
                    Files.writeString(log, line("203.0.113.0 ", 0), StandardOpenOption.APPEND);
                }
                case ROTATED, ROTATED_AND_NEW -> {
                    if (!Files.exists(log)) {
                        return false;
                    }
                    Path rotated = logs.resolve("access.log.3");
                    Files.move(log, rotated);
                    original = original.map(at -> at.equals(log) ? rotated : at);
                    if (since == Since.ROTATED_AND_NEW) {
                        write(log, line("203.0.113.0 ", 1), 2);
                    }
                }
                case NEW -> {
                    if (Files.exists(log)) {
                        return false;
                    }
                    write(log, line("203.0.113.0 ", 1), 2);
                }
                case SETTINGS_CHANGED -> house.masking.put(site.scope(), AddressMasking.parse("truncate/16/32"));
                case SWEPT -> {
                    long newer = sweeps.plan(site.scope(), ADMIN);
                    sweeps.work("plan-" + newer, newer);
                    assertThat(sweeps.run(newer, ADMIN)).isEmpty();
                    sweeps.work("run-" + newer, newer);
                    house.submitted.clear();
                }
            }
            return true;
        }

        void goOn(SweepService service) throws InterruptedException {
            service.work("run-" + id, id);
        }

        private SweepFile file(long sweep) {
            return sweeps.files(sweep, FileFilter.ALL, 0, 10).get(0);
        }

        /** The files that have all lines of the log. */
        List<String> having() {
            List<String> having = new ArrayList<>();
            try (Stream<Path> all = Files.list(logs)) {
                for (Path each : (Iterable<Path>) all::iterator) {
                    if (Files.readString(each).startsWith(before)) {
                        having.add(each.getFileName().toString());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return having;
        }

        /** What was planned has been done to the file, or it is there as it was, and this is what is said. */
        void check(String when) throws IOException {
            SweepFile file = file(id);
            List<String> unmasked = having();
            List<String> ours = new ArrayList<>();
            try (Stream<Path> all = Files.list(logs)) {
                all.map(each -> each.getFileName().toString())
                        .filter(FileChanger::isOurs)
                        .forEach(ours::add);
            }
            String all = when + ": " + file.outcome() + " " + file.notes() + ", the lines are in " + unmasked;
            boolean done = file.outcome() == FileOutcome.DONE;
            if (done) {
                assertThat(unmasked).as(all).isEmpty();
            }
            assertThat(ours).as(all).isEmpty();
            String counted = switch (action) {
                case DELETE -> "files.deleted=";
                case CUT -> "files.cut=";
                case MASK, LEAVE -> "files.masked=";
            };
            List<String> receipts = house.receipts.all().stream()
                    .map(Object::toString)
                    .filter(receipt ->
                            receipt.contains("domain/" + site.id().value() + " ") && receipt.contains("sweep="))
                    .toList();
            assertThat(receipts.stream().filter(receipt -> receipt.contains("sweep=" + id)))
                    .as(all)
                    .singleElement()
                    .asString()
                    .contains(counted + (done ? 1 : 0));
            // A newer sweep may have done it, but not both.
            assertThat(receipts.stream().filter(receipt -> receipt.contains(counted + 1)))
                    .as(all)
                    .hasSize(unmasked.isEmpty() ? 1 : 0);
        }
    }

    @AfterEach
    void close() {
        test.close();
    }

    private static String line(String address, int age) {
        return address + "- - [" + LOG_TIME.format(NOW.minus(Duration.ofDays(age)))
                + "] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n";
    }

    private static Expectation expected(Path file) throws IOException {
        FileIdentity found = FileIdentity.read(file);
        return new Expectation(found.device(), found.inode(), found.size(), found.modified(), LogInput.sha256(file));
    }

    private static String digitsOfDead() {
        try {
            Process process = new ProcessBuilder("true").start();
            process.waitFor();
            return new TemporaryNames(new TemporaryNames().next().substring(0, 6), process.pid()).next();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<Killed> points(FileAction action) {
        return action == FileAction.DELETE
                ? EnumSet.of(Killed.BEFORE_ANYTHING, Killed.RENAMED, Killed.DROPPED)
                : EnumSet.allOf(Killed.class);
    }

    @ParameterizedTest
    @EnumSource(value = FileAction.class, names = "LEAVE", mode = EnumSource.Mode.EXCLUDE)
    void theReceiptTellsTheTruthWhateverHasHappenedSince(FileAction action) throws Exception {
        for (Killed killed : points(action)) {
            for (Since since : Since.values()) {
                Case one = new Case(action, killed);
                if (one.happens(since)) {
                    one.goOn(sweeps);
                    one.check(action + ", killed " + killed + ", " + since);
                }
            }
        }
    }

    /** Before any of the transactions of the run. */
    @ParameterizedTest
    @EnumSource(value = FileAction.class, names = "LEAVE", mode = EnumSource.Mode.EXCLUDE)
    void theReceiptTellsTheTruthWheneverAHoldIsPlaced(FileAction action) throws Exception {
        int[] transactions = new int[1];
        int[] placed = new int[1];
        Case[] held = new Case[1];
        boolean[] there = new boolean[1];
        SweepService service = house.sweeps(
                new Database() {
                    @Override
                    public <T> T transaction(Work<T> work) {
                        if (transactions[0]++ == placed[0]) {
                            assertThat(holds.place(held[0].site.id(), "27 O 1/26", "Dr. Muster", TODAY, ADMIN))
                                    .isEmpty();
                            there[0] = !held[0].having().isEmpty();
                        }
                        return test.database().transaction(work);
                    }
                },
                clock);
        for (Killed killed : points(action)) {
            boolean reached = true;
            for (placed[0] = 0; reached; placed[0]++) {
                Case one = new Case(action, killed);
                held[0] = one;
                there[0] = false;
                transactions[0] = 0;
                one.goOn(service);
                reached = transactions[0] > placed[0];
                String when = action + ", killed " + killed + ", held before transaction " + placed[0];
                one.check(when);
                if (there[0] && action != FileAction.MASK) {
                    assertThat(one.having()).as(when).isNotEmpty();
                }
            }
            assertThat(placed[0]).isGreaterThan(5);
        }
    }
}
