package dev.sparsam.logs.internal;

import dev.sparsam.logs.internal.PipeSites.Fault;
import dev.sparsam.logs.internal.PipeWriter.Step;
import dev.sparsam.logs.internal.RealFolders.ObstacleException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code logs pipe}: a logger that a web server writes its lines to, each with the virtual host in front. It reads ahead into
 * memory that outlives it ({@link PipeHand}), so that the web server need not wait, and that no line is lost when it is
 * killed.
 */
final class PipeCommand {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
    private static final int PIPE = 0x1000;
    private static final int KIND = 0xf000;
    private static final long SECOND = 1_000_000_000;
    /** So seldom the same trouble is told again. */
    private static final long QUIET = 60 * SECOND;

    private static final int MOST_TROUBLES = 1_000;
    /** Of sites that are wrong, so many are told each minute; the status file has all. */
    private static final int MOST_FAULTS = 20;
    /** What a killed logger had in hand is left to the one that takes its place, for so long. */
    private static final long ORPHANED = 20 * SECOND;

    private static final long STATUS = 10 * SECOND;
    private static final long EXPIRY = 600 * SECOND;
    /** At the end so long is spent on what waits in the spool; the rest is left to the next one. */
    private static final long LAST_DRAIN = 10 * SECOND;

    /** While less than this has come, a little is waited for more, as each append costs the same. */
    private static final int LITTLE = 1 << 18;

    private static final int LITTLE_WAIT = 200;
    private static final int LONG_WAIT = 500;
    private static final int STUCK_WAIT = 200;

    private final FileInputStream input;
    private final PrintStream errors;
    private final Locale locale;
    private final SecureRandom random;
    private final Clock clock = Clock.systemUTC();

    private Optional<Path> sitesFile = Optional.empty();
    private final Map<String, Path> folders = new HashMap<>();
    private int memorySize = 16 << 20;
    private long spoolSize = 1L << 30;
    private long othersSize = 1L << 30;
    private long days = 7;
    private boolean drop = true;
    private long linger = 2 * SECOND;

    private Optional<KnownSites> sites = Optional.empty();
    private final Map<String, Trouble> troubles = new HashMap<>();
    private final Map<String, Long> free = new HashMap<>();
    private Optional<PipeStatus> status = Optional.empty();
    private Path statusFile = Path.of("");
    /** Whether it has been said that nothing is deleted at the moment. */
    private boolean unexpired;

    private volatile boolean reopen;
    private volatile boolean terminated;
    private volatile boolean ended;
    private volatile boolean unread;
    private volatile boolean leaving;
    private volatile long lastRead = System.nanoTime();

    /** When something was told last, and how often it has happened since. */
    private record Trouble(long told, int times) {}

    PipeCommand(FileInputStream input, PrintStream errors, Locale locale, SecureRandom random) {
        this.input = input;
        this.errors = errors;
        this.locale = locale;
        this.random = random;
    }

    /** Ends with 0 when all is written, 1 when something could not be, 2 when it was not understood. */
    int run(List<String> arguments) {
        if (arguments.contains("--help") || arguments.contains("help")) {
            say("usage");
            return DONE;
        }
        try {
            read(arguments);
            prepare();
        } catch (IllegalArgumentException e) {
            errors.println(e.getMessage());
            return MISUSED;
        }
        try {
            return pipe();
        } catch (IOException e) {
            say("failed", text(e));
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    // ---- options

    private void read(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (!name.startsWith("--")) {
                throw new IllegalArgumentException(message("option", name));
            }
            if (equals < 0 && ++i == arguments.size()) {
                throw new IllegalArgumentException(message("novalue", name));
            }
            option(name, equals < 0 ? arguments.get(i) : argument.substring(equals + 1));
        }
        if (sitesFile.isEmpty()) {
            throw new IllegalArgumentException(message("nosites"));
        }
    }

    private void option(String name, String value) {
        switch (name) {
            case "--sites" -> sitesFile = Optional.of(Path.of(value).toAbsolutePath());
            case "--default", "--spool", "--memory", "--status" ->
                folders.put(name, Path.of(value).toAbsolutePath());
            case "--memory-size" -> memorySize = (int) size(name, value, 4L << 20, 1L << 30);
            case "--spool-size" -> spoolSize = size(name, value, 1L << 20, 1L << 50);
            case "--default-size" -> othersSize = size(name, value, 1L << 20, 1L << 50);
            case "--keep" -> {
                if (!value.matches("[1-9][0-9]{0,3}")) {
                    throw new IllegalArgumentException(message("value", name, value, "1 ... 9999"));
                }
                days = Long.parseLong(value);
            }
            case "--full" -> {
                if (!value.equals("block") && !value.equals("drop")) {
                    throw new IllegalArgumentException(message("value", name, value, "block, drop"));
                }
                drop = value.equals("drop");
            }
            case "--linger" -> {
                if (!value.matches("[0-9]{1,5}")) {
                    throw new IllegalArgumentException(message("value", name, value, "0 ... 99999"));
                }
                linger = Long.parseLong(value) * SECOND;
            }
            default -> throw new IllegalArgumentException(message("option", name));
        }
    }

    private long size(String name, String value, long least, long most) {
        if (value.matches("[0-9]{1,7}[KMG]?")) {
            int unit = "KMG".indexOf(value.charAt(value.length() - 1));
            String number = unit < 0 ? value : value.substring(0, value.length() - 1);
            long size = Long.parseLong(number) << (10 * (unit + 1));
            if (size >= least && size <= most) {
                return size;
            }
        }
        throw new IllegalArgumentException(
                message("value", name, value, (least >> 20) + "M ... " + (most >> 20) + "M"));
    }

    /** The folder of an option; without it a folder beside the sites file. */
    private Path folder(String option, String name) {
        return folders.getOrDefault(option, sitesFile.orElseThrow().resolveSibling(name));
    }

    private Path memory() {
        return folders.getOrDefault("--memory", Path.of("/dev/shm/sparsam-pipe-" + user()));
    }

    private static long user() {
        return Owners.of(Path.of("/proc/self/status"))
                .map(Owners::user)
                .orElseThrow(() -> new IllegalStateException("/proc/self/status does not say who runs this"));
    }

    /** Makes the folders that are not there, for nobody else. */
    private void prepare() {
        for (Path folder : List.of(memory(), folder("--spool", "spool"))) {
            try {
                if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectory(
                            folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                }
                FileIdentity found = FileIdentity.read(folder);
                if ((found.mode() & KIND) != 0x4000 || found.uid() != user() || (found.mode() & 077) != 0) {
                    throw new IllegalArgumentException(message("notours", folder.toString()));
                }
            } catch (IOException e) {
                throw new IllegalArgumentException(message("folder", folder.toString(), text(e)), e);
            }
        }
        try {
            if (!IN_MEMORY.contains(Files.getFileStore(memory()).type())) {
                throw new IllegalArgumentException(message("nomemory", memory().toString()));
            }
            Files.createDirectories(
                    folder("--default", "unknown"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    message("folder", folder("--default", "unknown").toString(), text(e)), e);
        }
    }

    // ---- at work

    private int pipe() throws IOException, InterruptedException {
        Signals.on("HUP", () -> reopen = true);
        Signals.on("USR1", () -> reopen = true);
        Signals.on("TERM", () -> {
            lastRead = System.nanoTime();
            terminated = true;
        });
        Signals.on("INT", () -> {
            lastRead = System.nanoTime();
            terminated = true;
        });
        String name = name();
        PipeStatus counts = new PipeStatus(clock.instant());
        statusFile = folder("--status", name + ".json");
        status = Optional.of(counts);
        PipeKeys keys = new PipeKeys(random, domain -> trouble("keys", "", domain));
        Path file = sitesFile.orElseThrow();
        sites = Optional.of(new KnownSites(
                file,
                System::nanoTime,
                problem -> trouble(
                        "sites",
                        file.toString(),
                        problem instanceof IOException e ? text(e) : String.valueOf(problem.getMessage()))));
        boolean told = false;
        while (true) {
            Optional<PipeHand> taken = PipeHand.take(memory(), name, memorySize);
            if (taken.isPresent()) {
                try (PipeHand hand = taken.get()) {
                    return pipe(hand, keys, counts);
                }
            }
            if (terminated) {
                return DONE;
            }
            if (!told) {
                say("second");
                told = true;
            }
            Thread.sleep(STUCK_WAIT);
        }
    }

    /** One for each pipe: whoever reads it next is to find what has been read before. */
    private static String name() throws IOException {
        Map<String, Object> in = Files.readAttributes(Path.of("/proc/self/fd/0"), "unix:dev,ino,mode");
        if (in.get("mode") instanceof Integer mode && (mode & KIND) == PIPE) {
            return "pipe-" + in.get("dev") + "-" + in.get("ino");
        }
        return "pipe-of-" + ProcessHandle.current().pid();
    }

    private int pipe(PipeHand hand, PipeKeys keys, PipeStatus counts) throws IOException, InterruptedException {
        Thread reader = new Thread(() -> read(hand), "reader");
        try (PipeFiles files = files(hand)) {
            PipeWriter writer = writer(hand, files, keys, counts);
            reader.setDaemon(true);
            reader.start();
            PipeRetention retention = new PipeRetention(files, folder("--default", "unknown"), user(), days);
            long seen = 0;
            long next = 0;
            long nextStatus = 0;
            boolean more = true;
            long nextExpiry = System.nanoTime();
            while (true) {
                long now = System.nanoTime();
                if (reopen) {
                    reopen = false;
                    files.reopen();
                }
                if (more || now - next >= 0) {
                    more = drain(files);
                    adoptAll(hand.name(), keys, counts, now);
                    files.closeIdle();
                    next = now + SECOND;
                }
                if (now - nextExpiry >= 0) {
                    expire(retention, files, counts);
                    nextExpiry = now + EXPIRY;
                }
                if (now - nextStatus >= 0) {
                    write(counts, files, hand, true);
                    nextStatus = now + STATUS;
                }
                // In this order: what came before the end is seen.
                boolean all = ended;
                Step step = writer.step(all);
                boolean late = now - lastRead >= linger;
                if (step != Step.DONE && (all || (terminated && late))) {
                    drainLast(files);
                    writeAll(writer, all);
                    // What came until now is written before the end, what comes from now on stays in the pipe.
                    end(reader, hand);
                    all = ended;
                    writeAll(writer, all);
                    return end(hand, files, counts, all);
                }
                if (step == Step.STUCK) {
                    trouble("full", "", files.spooled(), hand.waiting());
                    Thread.sleep(STUCK_WAIT);
                } else if (step == Step.NOTHING && !all) {
                    seen = hand.waiting();
                    hand.awaitMore(seen, more ? 1 : LONG_WAIT);
                    if (hand.waiting() > seen && hand.waiting() < LITTLE && !ended) {
                        hand.awaitMore(LITTLE, LITTLE_WAIT);
                    }
                }
            }
        } finally {
            end(reader, hand);
        }
    }

    /** Must be done before the hand is left to others, who would read to the same place. */
    private void end(Thread reader, PipeHand hand) throws InterruptedException {
        leaving = true;
        hand.readNoMore();
        try {
            // Also wakes whoever waits for something to read.
            input.close();
        } catch (IOException e) {
            // Then the hand is kept until something comes or the process is ended.
        }
        reader.join();
    }

    private void expire(PipeRetention retention, PipeFiles files, PipeStatus counts) {
        PipeSites known = sites.orElseThrow().now();
        boolean knowsHolds = sites.orElseThrow().knowsHolds();
        if (!knowsHolds && !unexpired) {
            trouble("unexpired", "", sitesFile.orElseThrow());
        }
        unexpired = !knowsHolds;
        try {
            retention.expire(known, knowsHolds, clock.instant(), counts);
        } catch (IOException | UncheckedIOException e) {
            trouble("expiry", "", e instanceof IOException cause ? text(cause) : String.valueOf(e.getMessage()));
        }
        if (files.left() > 0) {
            trouble("leftover", "", files.left(), folder("--spool", "spool").toString());
        }
    }

    /** Tries all that waits once more: who is started for a few lines only must not leave it to somebody who never comes. */
    private void drainLast(PipeFiles files) throws IOException {
        files.reopen();
        long until = System.nanoTime() + LAST_DRAIN;
        boolean more = true;
        while (more && System.nanoTime() - until < 0) {
            more = drain(files);
        }
    }

    private static void writeAll(PipeWriter writer, boolean all) throws IOException {
        Step step = Step.DONE;
        while (step == Step.DONE) {
            step = writer.step(all);
        }
    }

    /** What waits in the spool may wait; what comes in may not. */
    private boolean drain(PipeFiles files) {
        try {
            return files.drain();
        } catch (IOException e) {
            trouble("drain", "", text(e));
            return false;
        }
    }

    private int end(PipeHand hand, PipeFiles files, PipeStatus counts, boolean all) throws IOException {
        files.measure();
        write(counts, files, hand, false);
        long waiting = files.spooled();
        if (waiting > 0) {
            say("spooled", waiting, folder("--spool", "spool").toString());
        }
        // Also half a line whose rest has not come.
        if (hand.output().isPresent() || hand.waiting() > 0) {
            say("left", left(hand), memory().toString());
            return FAILED;
        }
        if (all) {
            hand.delete();
        }
        return waiting > 0 || unread || counts.all().lost() > 0 || counts.abandonedBytes() > 0 ? FAILED : DONE;
    }

    private static long left(PipeHand hand) {
        return hand.waiting() + hand.output().map(ByteBuffer::remaining).orElse(0);
    }

    private void read(PipeHand hand) {
        boolean whole = false;
        try {
            FileChannel channel = input.getChannel();
            int there = 0;
            while (!whole && hand.awaitRoom()) {
                there = there > 0 ? there : available();
                int count = hand.read(channel, there);
                whole = count < 0;
                // Nobody else reads.
                there -= Math.min(there, Math.max(0, count));
                lastRead = System.nanoTime();
            }
        } catch (IOException e) {
            if (!leaving) {
                trouble("input", "", text(e));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // Also after an error, which the virtual machine tells: else all would wait for lines that nobody reads.
            // Who only leaves it to others has not come to the end.
            unread = !whole && !leaving;
            ended = whole || !leaving;
        }
    }

    private int available() {
        try {
            return input.available();
        } catch (IOException e) {
            // Not everything can tell.
            return 0;
        }
    }

    private PipeFiles files(PipeHand hand) throws IOException {
        PipeFiles files = new PipeFiles(
                hand,
                new PipeFiles.Places(
                        memory(),
                        user(),
                        folder("--spool", "spool"),
                        spoolSize,
                        folder("--default", "unknown"),
                        othersSize),
                FileChannel::write,
                System::nanoTime);
        files.onProblem(
                (target, problem) -> trouble(unwritable(target), target.path().toString(), text(problem)));
        return files;
    }

    /** What is said of a file that cannot be written: what becomes of its lines depends on what it is. */
    private String unwritable(PipeTarget target) {
        Path file = target.path();
        if (file.startsWith(folder("--spool", "spool"))) {
            return "unwritable.spool";
        }
        return file.startsWith(folder("--default", "unknown")) ? "unwritable.default" : "unwritable";
    }

    private PipeWriter writer(PipeHand hand, PipeFiles files, PipeKeys keys, PipeStatus counts) {
        return new PipeWriter(
                hand,
                files,
                sites.orElseThrow()::now,
                keys,
                folder("--default", "unknown"),
                counts,
                clock,
                () -> drop && hand.waiting() > hand.size() / 8 * 7L);
    }

    /** Delivers what loggers had in hand that were killed and that nobody has started again. */
    private void adoptAll(String own, PipeKeys keys, PipeStatus counts, long now) {
        List<String> names;
        try {
            names = PipeFiles.list(memory(), name -> PipeHand.isHand(name) && !name.equals(own)).stream()
                    .map(file -> file.getFileName().toString())
                    .toList();
        } catch (IOException e) {
            trouble("adopt", memory().toString(), text(e));
            return;
        }
        free.keySet().retainAll(names);
        for (String name : names) {
            try {
                adopt(name, keys, counts, now);
            } catch (IOException e) {
                trouble("adopt", memory().resolve(name).toString(), text(e));
            } catch (RuntimeException e) {
                // Whatever somebody has put there.
                trouble("adopt", memory().resolve(name).toString(), e.toString());
            }
        }
    }

    private void adopt(String name, PipeKeys keys, PipeStatus counts, long now) throws IOException {
        Optional<PipeHand> taken = PipeHand.take(memory(), name, memorySize);
        if (taken.isEmpty()) {
            free.remove(name);
            return;
        }
        try (PipeHand orphan = taken.get()) {
            if (now - free.computeIfAbsent(name, any -> now) < ORPHANED) {
                return;
            }
            try (PipeFiles files = files(orphan)) {
                PipeWriter writer = writer(orphan, files, keys, counts);
                Step step = Step.DONE;
                while (step == Step.DONE) {
                    step = writer.step(true);
                }
                if (step == Step.NOTHING) {
                    orphan.delete();
                    free.remove(name);
                }
            }
        }
    }

    // ---- words

    private void write(PipeStatus counts, PipeFiles files, PipeHand hand, boolean running) {
        List<Fault> faults = sites.orElseThrow().last().faults();
        counts.faults(faults);
        for (Fault fault : faults.subList(0, Math.min(MOST_FAULTS, faults.size()))) {
            String message = fault.part().name().toLowerCase(Locale.ROOT) + (fault.kept() ? ".kept" : ".unknown");
            trouble(message, fault.name(), fault.problem(), sitesFile.orElseThrow());
        }
        if (counts.unknownLines() > 0) {
            trouble(
                    counts.crowdedLines() > 0 ? "unknown.crowded" : "unknown",
                    "",
                    counts.unknownLines(),
                    folder("--default", "unknown").toString());
        }
        if (counts.cutLines() > 0) {
            trouble("cut", "", counts.cutLines());
        }
        long unwritable = counts.all().lost() - counts.crowdedLines();
        if (unwritable > 0) {
            trouble("lost", "", unwritable);
        }
        counts.othersHold(files.othersHold());
        if (counts.crowdedLines() > 0) {
            trouble(
                    "crowded",
                    "",
                    folder("--default", "unknown").toString(),
                    files.othersHold(),
                    counts.crowdedLines());
        }
        if (counts.abandonedBytes() > 0) {
            trouble("abandoned", "", counts.abandonedBytes());
        }
        try {
            counts.write(statusFile, clock.instant(), files.spooled(), files.left(), hand.waiting(), running);
        } catch (IOException e) {
            trouble("status", "", text(e));
        }
    }

    /** Says it, unless the same has been said a moment ago. */
    private synchronized void trouble(String message, String about, Object... more) {
        long now = System.nanoTime();
        String key = message + " " + about;
        Trouble before = troubles.get(key);
        if (before != null && now - before.told < QUIET) {
            troubles.put(key, new Trouble(before.told, before.times + 1));
            return;
        }
        if (troubles.size() >= MOST_TROUBLES) {
            troubles.clear();
        }
        troubles.put(key, new Trouble(now, 0));
        Object[] all = Stream.concat(about.isEmpty() ? Stream.empty() : Stream.of(about), Stream.of(more))
                .toArray();
        String said = message(message, all);
        status.ifPresent(counts -> counts.error(said, clock.instant()));
        errors.println(before != null && before.times > 0 ? said + " " + message("again", before.times) : said);
    }

    private String text(IOException e) {
        return e instanceof ObstacleException obstacle
                ? obstacle.note().in(locale, ZoneId.systemDefault())
                : Notes.of(e).in(locale, ZoneId.systemDefault());
    }

    private void say(String message, Object... arguments) {
        errors.println(message(message, arguments));
    }

    private String message(String message, Object... arguments) {
        return Messages.of("pipe", locale, message, arguments);
    }
}
