package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.RealFolders.ObstacleException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The logs that lines are appended to, and the spool for lines that cannot be: each line exactly once, in order, whoever is
 * killed. An append is noted in the {@linkplain PipeHand hand} before it is made; one of which there is only a part is taken
 * back, at once when the disk is full, or by whoever comes next when the process was killed.
 *
 * <p>What waits for a log lies in one spool file for it, and as long as there is one, newer lines go there too. It begins
 * with a line that says how far it has been taken over (20 digits), and those of {@link PipeTarget#text}; then come the
 * lines as they are to be in the log.
 *
 * <p>A log is opened below its folder, which is held open ({@link RealFolders#open}); never by a link, never one with
 * several names, one that is no regular file, or one of somebody else. It is opened for reading too, because that never
 * waits for another process, should it be a pipe all the same. Not thread-safe.
 */
final class PipeFiles implements AutoCloseable {
    /** How many logs are held open. */
    private static final int MOST_OPEN = 256;
    /** For how long one is that gets no lines: sweeps leave alone what somebody has open for writing. */
    private static final long IDLE = 60_000_000_000L;
    /** How much is taken from a spool file in one go, and at once. */
    private static final int PIECE = 1 << 18;

    private static final int PIECES = 16;
    private static final long FIRST_WAIT = 500_000_000;
    private static final long LONGEST_WAIT = 30_000_000_000L;
    /** When somebody may have made room, it is looked after so long. */
    private static final long MEASURED = 1_000_000_000;

    private static final int POSITION = 20;
    private static final String SPOOLED = ".spool";
    /** As {@link #fresh} makes them. */
    private static final Pattern FRESH = Pattern.compile("[0-9a-f]{24}\\.spool\\.pipe-[A-Za-z0-9_-]+");

    /** One log may have this part of the spool. */
    private static final int SHARE = 4;

    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");

    private final PipeHand hand;
    private final Path memory;
    private final PipeLocks locks;
    private final RealFolders folders;
    private final long user;
    private final Path spool;
    private final long spoolSize;
    private final Path others;
    private final long othersSize;
    private final PipeNames names;
    private final Disk disk;
    private final LongSupplier nanos;
    private final Map<Path, OpenLog> open = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Path, Wait> waits = new HashMap<>();
    private long spooled;
    /** What else is in the spool. */
    private long left;

    private long othersHold;
    private long measured;
    private Problems problems = (target, problem) -> {};

    /** How bytes get into a file; tests let it fail. */
    @FunctionalInterface
    interface Disk {
        int write(FileChannel channel, ByteBuffer bytes, long at) throws IOException;
    }

    /** Is told why lines do not get into a log. */
    @FunctionalInterface
    interface Problems {
        void problem(PipeTarget target, IOException problem);
    }

    /** What has become of lines. */
    enum Outcome {
        WRITTEN,
        SPOOLED,
        /** The log cannot be written, and has had its share of the spool. */
        SHARE_USED,
        /** Nothing can be written. */
        FULL,
        /** The folder for unknown hosts holds as much as it may. */
        CROWDED
    }

    /**
     * A log that is held open.
     *
     * @param used when something was written to it last
     */
    private record OpenLog(FileChannel channel, FileIdentity.Key key, long used) {
        OpenLog usedAt(long now) {
            return new OpenLog(channel, key, now);
        }
    }

    /** When a spooled log is tried again. */
    private record Wait(long until, long length) {}

    /**
     * Where files are.
     *
     * @param memory the folder of hands and locks
     * @param user the number of the user who runs this
     * @param spool the folder of the spool
     * @param spoolSize how large it may get, in bytes
     * @param others the folder for unknown hosts, of which a file may have all of the spool
     * @param othersSize how much it may hold, in bytes
     */
    record Places(Path memory, long user, Path spool, long spoolSize, Path others, long othersSize) {}

    PipeFiles(PipeHand hand, Places places, Disk disk, LongSupplier nanos) throws IOException {
        this.hand = hand;
        memory = places.memory;
        user = places.user;
        spool = places.spool;
        spoolSize = places.spoolSize;
        others = places.others;
        othersSize = places.othersSize;
        names = new PipeNames(others, user);
        this.disk = disk;
        this.nanos = nanos;
        folders = new RealFolders(Optional.of(user));
        removeFresh();
        measure();
        // Last: it is open from here on.
        locks = new PipeLocks(memory);
    }

    void onProblem(Problems listener) {
        problems = listener;
    }

    /** From now on files in the folder for unknown hosts may be named so, too. */
    void named(PipeSites sites) {
        try {
            names.add(Stream.concat(
                            Stream.of(sites.otherFile()),
                            sites.hosts().values().stream().map(site -> PipeNames.DOMAIN + site.file()))
                    .collect(Collectors.toSet()));
        } catch (IOException e) {
            // Lines come first; it is tried again when something has changed, and by the next logger.
            problems.problem(unnamed(others.resolve(PipeNames.FILE)), e);
        }
    }

    /** How files in the folder for unknown hosts may be named, and may have been. */
    Set<String> names() throws IOException {
        return names.all();
    }

    /** How many bytes are in the spool. */
    long spooled() {
        return spooled;
    }

    /** How many bytes are in the folder for unknown hosts. */
    long othersHold() {
        return othersHold;
    }

    // ---- appending

    /**
     * Appends lines from the output in hand to a log, or to the spool.
     *
     * @param next how much of the output is delivered then
     */
    Outcome deliver(PipeTarget target, ByteBuffer lines, long next) throws IOException {
        boolean other = target.directory().equals(others);
        if (other && !othersHaveRoom(lines.remaining())) {
            return Outcome.CROWDED;
        }
        Outcome outcome = deliverAnywhere(target, lines, next);
        if (other && outcome == Outcome.WRITTEN) {
            othersHold += lines.remaining();
        }
        return outcome;
    }

    private boolean othersHaveRoom(int bytes) {
        if (othersHold + bytes > othersSize && nanos.getAsLong() - measured >= MEASURED) {
            measure();
        }
        return othersHold + bytes <= othersSize;
    }

    private Outcome deliverAnywhere(PipeTarget target, ByteBuffer lines, long next) throws IOException {
        try (PipeLocks.Held held = hold(target.path())) {
            held.mine(hand.name());
            try {
                Path waiting = spoolOf(target);
                if (!Files.exists(waiting, LinkOption.NOFOLLOW_LINKS) || drained(target, waiting)) {
                    try {
                        append(target, lines, Optional.empty(), next);
                        return Outcome.WRITTEN;
                    } catch (IOException e) {
                        problems.problem(target, e);
                    }
                }
                return toSpool(target, waiting, lines, next);
            } finally {
                if (hand.append().isEmpty()) {
                    held.settled();
                }
            }
        }
    }

    /** Ends what a killed process began with a log. */
    private PipeLocks.Held hold(Path log) throws IOException {
        // One's own first: it may be of another log.
        if (hand.append().isPresent()) {
            Path own = logOf(hand.append().get().file());
            if (!own.equals(log)) {
                try (PipeLocks.Held held = locks.take(own)) {
                    repair(hand);
                    if (held.before().equals(hand.name())) {
                        held.settled();
                    }
                }
            }
        }
        PipeLocks.Held held = locks.take(log);
        try {
            String before = held.before();
            if (hand.append().isPresent()) {
                repair(hand);
            }
            if (!before.isEmpty() && !before.equals(hand.name())) {
                Optional<PipeHand> other = PipeHand.look(memory, before);
                if (other.isPresent()) {
                    try (PipeHand dead = other.get()) {
                        repair(dead);
                    }
                }
            }
            held.settled();
            return held;
        } catch (IOException e) {
            held.close();
            throw e;
        }
    }

    /** What is done with files. */
    @FunctionalInterface
    interface Doing {
        void run() throws IOException;
    }

    /** Does something with a log, or what waits for it, while no logger writes to it; nothing when it is gone. */
    void alone(Path log, Doing doing) throws IOException {
        try (PipeLocks.Held held = hold(log)) {
            held.settled();
            close(log);
            doing.run();
        } catch (NoSuchFileException e) {
            // Somebody else was faster.
        }
    }

    /** Ends an append that was begun before; does nothing when there is none. */
    void repair() throws IOException {
        if (hand.append().isPresent()) {
            hold(logOf(hand.append().get().file())).close();
        }
    }

    /** The log whose lock covers a file: itself, or that of the spool file. */
    private Path logOf(Path file) {
        if (file.startsWith(spool)) {
            try {
                return header(file).target.path();
            } catch (IOException e) {
                // It has been taken over by now, and nothing is left to do; or it is none, and any lock will do.
                return file;
            }
        }
        return file;
    }

    private void repair(PipeHand broken) throws IOException {
        Optional<PipeHand.Append> begun = broken.append();
        if (begun.isEmpty()) {
            return;
        }
        PipeHand.Append append = begun.get();
        long end = append.offset() + append.length();
        boolean complete = false;
        try (FileChannel channel = find(append.file(), append.key())) {
            complete = channel.size() >= end;
            if (!complete && channel.size() > append.offset()) {
                channel.truncate(append.offset());
            }
        } catch (IOException e) {
            // It is gone, or in the way, and nobody can tell what was in it: rather twice than never, and rather a half
            // line in it than a standstill.
            problems.problem(unnamed(append.file()), e);
        }
        settle(broken, append, complete);
    }

    private static void settle(PipeHand of, PipeHand.Append append, boolean complete) throws IOException {
        if (complete) {
            if (append.spool().isPresent()) {
                setPosition(append.spool().get(), append.next());
            } else {
                of.done(append.next());
            }
        }
        of.undone();
    }

    /** The file with this number: under its name, or, when it has been renamed since, under another one. */
    private FileChannel find(Path file, FileIdentity.Key key) throws IOException {
        Path directory = unnamed(file).directory();
        try (RealFolders.Opened folder = folders.open(directory)) {
            Path name = file.getFileName();
            if (!isFile(folder, name, key)) {
                name = named(folder, key);
            }
            FileChannel channel = (FileChannel) folder.stream()
                    .newByteChannel(
                            name, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
            return checkedFile(checkedKind(channel), key);
        }
    }

    /** Somebody may have put another file there between the look and the opening, and what is not ours is not to be cut. */
    private static FileChannel checkedFile(FileChannel channel, FileIdentity.Key key) throws IOException {
        FileIdentity found = Held.of(channel).identity();
        FileNote obstacle;
        if (!found.regular() || !found.key().equals(key)) {
            obstacle = FileNote.of(Code.CHANGED_WHILE_OPENED);
        } else if (found.links() > 1) {
            obstacle = FileNote.of(Code.HARD_LINKS, found.links());
        } else {
            return channel;
        }
        channel.close();
        throw new ObstacleException(obstacle);
    }

    private static Path named(RealFolders.Opened folder, FileIdentity.Key key) throws IOException {
        try {
            for (Path entry : folder.stream()) {
                if (isFile(folder, entry.getFileName(), key)) {
                    return entry.getFileName();
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        throw new NoSuchFileException(folder.path().toString());
    }

    private static boolean isFile(RealFolders.Opened folder, Path name, FileIdentity.Key key) {
        try {
            FileIdentity found = FileIdentity.read(folder.path().resolve(name));
            return found.regular() && found.key().equals(key);
        } catch (IOException e) {
            // Gone.
            return false;
        }
    }

    private void append(PipeTarget target, ByteBuffer lines, Optional<Path> from, long next) throws IOException {
        OpenLog log = log(target);
        try {
            append(target.path(), log, lines, from, next);
        } catch (IOException e) {
            close(target.path());
            throw e;
        }
    }

    /** Appends all or nothing. */
    private void append(Path path, OpenLog log, ByteBuffer lines, Optional<Path> from, long next) throws IOException {
        if (hand.append().isPresent()) {
            // Taking it back had failed.
            repair(hand);
        }
        long offset = log.channel.size();
        int length = lines.remaining();
        PipeHand.Append append = new PipeHand.Append(path, log.key, offset, length, from, next);
        hand.begin(append);
        try {
            ByteBuffer rest = lines.duplicate();
            long at = offset;
            while (rest.hasRemaining()) {
                at += disk.write(log.channel, rest, at);
            }
        } catch (IOException e) {
            long size = log.channel.size();
            if (size > offset && size <= offset + length) {
                log.channel.truncate(offset);
            }
            hand.undone();
            throw e;
        }
        settle(hand, append, true);
    }

    private static PipeTarget unnamed(Path file) {
        Path absolute = file.toAbsolutePath();
        return new PipeTarget(
                "",
                Optional.ofNullable(absolute.getParent()).orElse(absolute),
                String.valueOf(absolute.getFileName()),
                Optional.empty(),
                Optional.empty(),
                0);
    }

    // ---- logs

    /** Has all logs opened anew. */
    void reopen() throws IOException {
        for (Path path : new ArrayList<>(open.keySet())) {
            close(path);
        }
        waits.clear();
    }

    /** Closes the logs to which nothing has been written for a minute; the next line opens them again. */
    void closeIdle() {
        long now = nanos.getAsLong();
        List<Path> idle = open.entrySet().stream()
                .filter(log -> now - log.getValue().used >= IDLE)
                .map(Map.Entry::getKey)
                .toList();
        for (Path path : idle) {
            try {
                close(path);
            } catch (IOException e) {
                // It is closed all the same, and the others are not to stay open for it.
                problems.problem(unnamed(path), e);
            }
        }
    }

    private void close(Path path) throws IOException {
        OpenLog log = open.remove(path);
        if (log != null) {
            log.channel.close();
        }
    }

    private OpenLog log(PipeTarget target) throws IOException {
        Path path = target.path();
        OpenLog log = open.get(path);
        // Before each append: whoever has renamed a log may compress it at once, and reads it for the last time.
        if (log != null && !isThere(path, log.key)) {
            close(path);
            log = null;
        }
        if (log == null) {
            log = openLog(target);
        }
        open.put(path, log.usedAt(nanos.getAsLong()));
        if (open.size() > MOST_OPEN) {
            close(open.keySet().iterator().next());
        }
        return log;
    }

    private static boolean isThere(Path path, FileIdentity.Key key) {
        try {
            FileIdentity found = FileIdentity.read(path);
            return found.key().equals(key) && found.links() == 1;
        } catch (IOException e) {
            return false;
        }
    }

    private OpenLog openLog(PipeTarget target) throws IOException {
        try (RealFolders.Opened folder = folders.open(target.directory())) {
            Path name = Path.of(target.file());
            FileChannel channel = openIn(folder, name);
            try {
                FileIdentity found = FileIdentity.read(folder.path().resolve(name));
                BasicFileAttributes here = folder.stream()
                        .getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .readAttributes();
                if (!here.isRegularFile() || !found.regular() || found.size() != channel.size()) {
                    throw new ObstacleException(FileNote.of(Code.CHANGED_WHILE_OPENED));
                }
                if (found.links() != 1) {
                    throw new ObstacleException(FileNote.of(Code.HARD_LINKS, found.links()));
                }
                boolean ours = found.uid() == user;
                if (!ours && !target.owner().equals(Optional.of(found.uid()))) {
                    throw new ObstacleException(FileNote.of(Code.FOREIGN_OWNER, found.uid(), found.gid()));
                }
                if (ours && channel.size() == 0) {
                    // New, or as good as new: whoever made it may have been killed before he gave it away.
                    give(folder, name, target, found);
                }
                OpenLog log = new OpenLog(channel, found.key(), nanos.getAsLong());
                endLine(log);
                return log;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }
    }

    private static FileChannel openIn(RealFolders.Opened folder, Path name) throws IOException {
        Set<java.nio.file.OpenOption> options =
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            // Before it is opened, as opening alone may do something to a device.
            FileIdentity found = FileIdentity.read(folder.path().resolve(name));
            if (found.odd().isPresent()) {
                throw new ObstacleException(FileNote.of(found.odd().get()));
            }
            return checkedKind((FileChannel) folder.stream().newByteChannel(name, options));
        } catch (NoSuchFileException e) {
            // Then it is made.
        }
        Set<java.nio.file.OpenOption> fresh = Set.of(
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW,
                LinkOption.NOFOLLOW_LINKS);
        try {
            return (FileChannel) folder.stream().newByteChannel(name, fresh, PosixFilePermissions.asFileAttribute(OWN));
        } catch (FileAlreadyExistsException e) {
            return checkedKind((FileChannel) folder.stream().newByteChannel(name, options));
        }
    }

    /** A pipe has no place to be at. */
    private static FileChannel checkedKind(FileChannel channel) throws IOException {
        try {
            channel.position();
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new ObstacleException(FileNote.of(Code.CHANGED_WHILE_OPENED));
        }
    }

    private static void give(RealFolders.Opened folder, Path name, PipeTarget target, FileIdentity found)
            throws IOException {
        PosixFileAttributeView view =
                folder.stream().getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        UserPrincipalLookupService numbers = folder.path().getFileSystem().getUserPrincipalLookupService();
        if (target.group().isPresent() && target.group().get() != found.gid()) {
            view.setGroup(
                    numbers.lookupPrincipalByGroupName(signed(target.group().get())));
        }
        Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int i = 0; i < all.length; i++) {
            if ((target.mode() & (0400 >> i)) != 0) {
                mode.add(all[i]);
            }
        }
        view.setPermissions(mode);
        if (target.owner().isPresent() && target.owner().get() != found.uid()) {
            view.setOwner(numbers.lookupPrincipalByName(signed(target.owner().get())));
        }
    }

    /** As the JDK takes it: a number from 2^31 on is a negative one there. */
    private static String signed(long number) {
        return String.valueOf((int) number);
    }

    /** What somebody else has left without a line end is not to run into our first line. */
    private void endLine(OpenLog log) throws IOException {
        long size = log.channel.size();
        if (size > 0) {
            ByteBuffer last = ByteBuffer.allocate(1);
            log.channel.read(last, size - 1);
            if (last.get(0) != '\n') {
                disk.write(log.channel, ByteBuffer.wrap(new byte[] {'\n'}), size);
            }
        }
    }

    // ---- the spool

    private Path spoolOf(PipeTarget target) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(target.path().toString().getBytes(StandardCharsets.UTF_8));
            return spool.resolve(HexFormat.of().formatHex(hash, 0, 12) + SPOOLED);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }

    private Outcome toSpool(PipeTarget target, Path file, ByteBuffer lines, long next) {
        long own = size(file);
        if (!target.directory().equals(others) && own + lines.remaining() > spoolSize / SHARE) {
            return Outcome.SHARE_USED;
        }
        if (spooled + left + lines.remaining() > spoolSize) {
            measure();
            if (spooled + left + lines.remaining() > spoolSize) {
                return Outcome.FULL;
            }
        }
        try {
            if (own == 0) {
                begin(file, target, Optional.empty(), 0);
            }
            try (FileChannel channel = ownFile(file)) {
                OpenLog log = new OpenLog(channel, FileIdentity.read(file).key(), nanos.getAsLong());
                append(file, log, lines, Optional.empty(), next);
            }
            spooled += lines.remaining();
            waits.putIfAbsent(file, new Wait(nanos.getAsLong() + FIRST_WAIT, FIRST_WAIT));
            return Outcome.SPOOLED;
        } catch (IOException e) {
            problems.problem(unnamed(file), e);
            return Outcome.FULL;
        }
    }

    /** Makes a spool file, with what there is of an earlier one from a place on. */
    private void begin(Path file, PipeTarget target, Optional<FileChannel> before, long from) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + fresh());
        try {
            write(fresh, target, before, from);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // The disk may be full, and nobody else knows of it.
            Files.deleteIfExists(fresh);
            throw e;
        }
    }

    private void write(Path fresh, PipeTarget target, Optional<FileChannel> before, long from) throws IOException {
        byte[] text = target.text().getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = ownFile(fresh)) {
            channel.truncate(0);
            ByteBuffer header = ByteBuffer.allocate(POSITION + 1 + text.length)
                    .put(position(POSITION + 1L + text.length))
                    .put(text)
                    .flip();
            while (header.hasRemaining()) {
                disk.write(channel, header, channel.size());
            }
            if (before.isPresent()) {
                long at = from;
                channel.position(channel.size());
                while (at < before.get().size()) {
                    at += before.get().transferTo(at, before.get().size() - at, channel);
                }
            }
        }
    }

    /** How the names end of what will be spool files, and which nobody reads until then. */
    private String fresh() {
        return "." + hand.name();
    }

    /** Removes what a killed process with this hand was about to make. */
    private void removeFresh() throws IOException {
        try (DirectoryStream<Path> left =
                Files.newDirectoryStream(spool, file -> file.toString().endsWith(SPOOLED + fresh()))) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /**
     * Takes the first lines out of a spool file; nobody else may use it meanwhile. There may be no room for the rest a second
     * time, as a full disk is what lines wait for; then they are wiped where they are, and their room is free with the file.
     */
    void cutSpooled(Path file, Header header, long before) throws IOException {
        try (FileChannel old = FileChannel.open(
                file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            try {
                begin(file, header.target, Optional.of(old), before);
            } catch (IOException e) {
                setPosition(file, before);
                wipe(old, header.start(), before);
            }
        }
    }

    /** From the end to the start: as long as anything is left, the first line is. */
    private static void wipe(FileChannel channel, long start, long end) throws IOException {
        byte[] nothing = new byte[PIECE];
        long to = end;
        while (to > start) {
            int length = (int) Math.min(nothing.length, to - start);
            ByteBuffer piece = ByteBuffer.wrap(nothing, 0, length);
            while (piece.hasRemaining()) {
                channel.write(piece, to - length + piece.position());
            }
            to -= length;
        }
    }

    private static FileChannel ownFile(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(OWN));
    }

    private static byte[] position(long position) {
        return String.format(java.util.Locale.ROOT, "%020d\n", position).getBytes(StandardCharsets.US_ASCII);
    }

    private static void setPosition(Path file, long position) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            // Within a page, so that it is done or not when the process is killed.
            channel.write(ByteBuffer.wrap(position(position)), 0);
        } catch (NoSuchFileException e) {
            // It was taken over completely, and deleted.
        }
    }

    /**
     * What a spool file begins with.
     *
     * @param position up to where it has been taken over
     * @param target where its lines go
     */
    record Header(long position, PipeTarget target) {
        /** Where the lines begin. */
        long start() {
            return POSITION + 1L + target.text().getBytes(StandardCharsets.UTF_8).length;
        }
    }

    /** Nobody can tell whose lines are in it. */
    static final class NoSpoolFileException extends IOException {
        private static final long serialVersionUID = 1;

        private NoSpoolFileException(String message, Exception cause) {
            super(message, cause);
        }
    }

    /**
     * Reads it.
     *
     * @throws NoSpoolFileException when it has been read, and is none
     */
    static Header header(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer start = ByteBuffer.allocate(1 << 14);
            int count = 0;
            while (start.hasRemaining() && count >= 0) {
                count = channel.read(start);
            }
            String text = new String(start.array(), 0, start.position(), StandardCharsets.UTF_8);
            try {
                return new Header(
                        Long.parseLong(text.substring(0, Math.min(POSITION, text.length()))),
                        PipeTarget.read(text.substring(Math.min(POSITION + 1, text.length()))));
            } catch (IllegalArgumentException e) {
                throw new NoSpoolFileException(file + " is no spool file of this version: " + e.getMessage(), e);
            }
        }
    }

    private static long size(Path file) {
        try {
            return FileIdentity.read(file).size();
        } catch (IOException e) {
            // There is none.
            return 0;
        }
    }

    /** Takes over what has waited. Returns whether nothing waits any more. */
    private boolean drained(PipeTarget target, Path file) {
        Wait wait = waits.getOrDefault(file, new Wait(nanos.getAsLong(), FIRST_WAIT));
        if (nanos.getAsLong() < wait.until) {
            return false;
        }
        try {
            long position = header(file).position;
            byte[] piece = new byte[PIECE];
            for (int i = 0; i < PIECES; i++) {
                int length = read(file, position, piece);
                if (length == 0) {
                    spooled -= size(file);
                    Files.delete(file);
                    waits.remove(file);
                    measure();
                    return true;
                }
                int end = length;
                while (end > 0 && piece[end - 1] != '\n') {
                    end--;
                }
                // Longer than a piece.
                end = end == 0 ? length : end;
                append(target, ByteBuffer.wrap(piece, 0, end), Optional.of(file), position + end);
                position += end;
            }
            waits.put(file, new Wait(nanos.getAsLong(), FIRST_WAIT));
        } catch (IOException e) {
            problems.problem(target, e);
            waits.put(file, new Wait(nanos.getAsLong() + wait.length, Math.min(LONGEST_WAIT, wait.length * 2)));
        }
        return false;
    }

    private static int read(Path file, long position, byte[] into) throws IOException {
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer piece = ByteBuffer.wrap(into);
            int count = 0;
            while (piece.hasRemaining() && count >= 0) {
                count = channel.read(piece, position + piece.position());
            }
            return piece.position();
        }
    }

    /** Takes over what can be of all that waits. Returns whether there is more that need not wait. */
    boolean drain() throws IOException {
        boolean more = false;
        for (Path file : spoolFiles()) {
            Wait wait = waits.get(file);
            if (wait != null && nanos.getAsLong() < wait.until) {
                continue;
            }
            PipeTarget target;
            try {
                target = header(file).target;
            } catch (NoSuchFileException e) {
                // Another logger was faster.
                continue;
            } catch (IOException e) {
                problems.problem(unnamed(file), e);
                waits.put(file, new Wait(nanos.getAsLong() + LONGEST_WAIT, LONGEST_WAIT));
                continue;
            }
            try (PipeLocks.Held held = hold(target.path())) {
                held.mine(hand.name());
                try {
                    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !drained(target, file)) {
                        Wait next = waits.get(file);
                        more |= next != null && next.until <= nanos.getAsLong();
                    }
                } finally {
                    if (hand.append().isEmpty()) {
                        held.settled();
                    }
                }
            } catch (IOException e) {
                // The others need not wait for it.
                problems.problem(target, e);
                waits.put(file, new Wait(nanos.getAsLong() + LONGEST_WAIT, LONGEST_WAIT));
            }
        }
        return more;
    }

    /** All that wait. */
    List<Path> spoolFiles() throws IOException {
        return list(spool, name -> name.endsWith(SPOOLED));
    }

    /** What else is in the spool, as far as it is no file that this process is making. */
    List<Path> leftovers() throws IOException {
        return list(spool, name -> !name.endsWith(SPOOLED) && !name.endsWith(fresh()));
    }

    /** Whether a file in the spool was to become one of the files that wait. */
    static boolean isFresh(Path file) {
        return FRESH.matcher(file.getFileName().toString()).matches();
    }

    /** Says that a file cannot be used. */
    void tell(Path file, IOException why) {
        problems.problem(unnamed(file), why);
    }

    /** How many bytes are in the spool that are nobody's who is at work, or of a logger that makes a file just now. */
    long left() {
        return left;
    }

    /** What is in a folder, by the names; what goes wrong on the way is an exception that is thought of. */
    static List<Path> list(Path folder, Predicate<String> wanted) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                if (wanted.test(file.getFileName().toString())) {
                    found.add(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(found);
        return found;
    }

    /** Looks how large the spool and the folder for unknown hosts are, as others use them too. */
    void measure() {
        measured = nanos.getAsLong();
        try {
            spooled = spoolFiles().stream().mapToLong(PipeFiles::size).sum();
            left = leftovers().stream().mapToLong(PipeFiles::size).sum();
        } catch (IOException e) {
            // Then what is known of it must do; whoever writes to it finds out.
            problems.problem(unnamed(spool), e);
        }
        try {
            othersHold = list(others, any -> true).stream()
                    .mapToLong(PipeFiles::size)
                    .sum();
        } catch (IOException e) {
            problems.problem(unnamed(others), e);
        }
    }

    @Override
    public void close() throws IOException {
        reopen();
        locks.close();
    }
}
