package dev.sparsam.logs.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Masks one log in several threads: each takes the next part of the file, of whole lines, and masks it. Whoever has masked
 * the part whose turn it is to be written writes it, and those behind it that are ready; meanwhile the others go on. It is to
 * the byte what one thread makes of the log.
 *
 * <p>What a part becomes may depend on the line before it, which another thread has not masked yet: mostly it does not, and
 * for the rest it is supposed to be as in the part that the thread masked before. Whether that was right is known when it is
 * the part's turn to be written; if not, it is masked again.
 */
final class SideBySide {
    /** Long enough that handing out parts costs nothing; short enough that a few of them fit into a small heap. */
    private static final int PART = 1 << 19;

    /** Parts in hand for each thread: one that it masks, and one that waits for its turn. */
    private static final int READY = 2;

    static final String NAME = "sparsam-logs-mask";

    private final FileChannel log;
    private final OutputStream masked;
    private final int length;
    private final int most;

    // Guarded by this.
    private final Map<Long, Ready> ready = new HashMap<>();
    private final Deque<byte[]> rooms = new ArrayDeque<>();
    private final byte[] ahead = new byte[1 << 12];
    private long position;
    private long handedOut;
    private long turn;
    /** Whether a thread writes, which goes on with what is ready by then. */
    private boolean writing;

    private LineScanner.Carry carry;
    private LogScan scan = LogScan.NONE;
    private Optional<Throwable> failure = Optional.empty();

    /** @param most how many parts may be in hand at once: what is masked waits in memory until it is its turn */
    private SideBySide(FileChannel log, OutputStream masked, int length, int most, LineScanner.Carry carry) {
        this.log = log;
        this.masked = masked;
        this.length = length;
        this.most = most;
        this.carry = carry;
    }

    /** So many parts are masked by one thread: before it is compiled, the same code costs each thread many times as much. */
    private static final int WARM = 64;

    /** Whether a log is so long that it pays. */
    static boolean isWorth(long length) {
        return length >= 2L * WARM * PART;
    }

    /**
     * Copies a log, masked, from its beginning. The output is neither flushed nor closed.
     *
     * @param scanners for the threads, made alike; the first goes on from the log it has masked before, if any. What is
     *     missing is made and added
     * @param more makes one; by the thread that uses it, so that those of two threads do not lie beside each other in memory
     */
    static LogScan mask(
            FileChannel log, OutputStream masked, List<LineScanner> scanners, int threads, Supplier<LineScanner> more)
            throws IOException {
        return mask(log, masked, scanners, threads, more, PART, WARM);
    }

    /**
     * The same.
     *
     * @param length how many bytes a part has at least
     * @param alone so many parts are masked by one thread
     */
    static LogScan mask(
            FileChannel log,
            OutputStream masked,
            List<LineScanner> scanners,
            int threads,
            Supplier<LineScanner> more,
            int length,
            int alone)
            throws IOException {
        SideBySide work = new SideBySide(
                log, masked, length, READY * threads, scanners.get(0).first());
        work.run(scanners.get(0), alone);
        List<LineScanner> made = Collections.synchronizedList(new ArrayList<>());
        ExecutorService helpers = Executors.newCachedThreadPool(Threads.named(NAME));
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 1; i < threads; i++) {
                Optional<LineScanner> known = i < scanners.size() ? Optional.of(scanners.get(i)) : Optional.empty();
                running.add(helpers.submit(() -> {
                    LineScanner own = known.orElseGet(more);
                    if (known.isEmpty()) {
                        made.add(own);
                    }
                    work.run(own, Long.MAX_VALUE);
                }));
            }
            work.run(scanners.get(0), Long.MAX_VALUE);
            for (Future<?> each : running) {
                each.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while masking");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a thread could not begin", e);
        } finally {
            // Interrupted only when this was, too: then the output is closed, and what has a part in hand must not go
            // on. One that does not end is stuck in a read, and has nothing to write to.
            var unused = Threads.end(helpers, Threads.PATIENCE);
        }
        scanners.addAll(made);
        scanners.get(0).goOn(work.carry);
        return work.result();
    }

    private synchronized LogScan result() throws IOException {
        if (failure.isPresent()) {
            if (failure.get() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(failure.get());
        }
        return scan;
    }

    /** From a line to the line at which the next part begins. */
    private record Part(long number, long from, long to) {}

    private record Ready(Part part, LineScanner.Masked masked) {}

    private void run(LineScanner scanner, long end) {
        try {
            for (Optional<Part> part = next(end); part.isPresent(); part = next(end)) {
                mask(scanner, part.get());
            }
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(new InterruptedIOException("interrupted while masking"));
        }
    }

    private synchronized void fail(Throwable e) {
        failure = failure.or(() -> Optional.of(e));
        notifyAll();
    }

    private synchronized Optional<Part> next(long end) throws IOException, InterruptedException {
        while (handedOut - turn >= most && failure.isEmpty()) {
            wait();
        }
        if (failure.isPresent() || handedOut == end || position == Long.MAX_VALUE) {
            return Optional.empty();
        }
        Part part = new Part(handedOut++, position, lineAfter(position + length));
        position = part.to;
        return Optional.of(part);
    }

    /** Where the first line behind a place begins; when there is none, what is appended meanwhile belongs to the last part. */
    private long lineAfter(long place) throws IOException {
        long at = place;
        while (true) {
            int count = log.read(ByteBuffer.wrap(ahead), at);
            if (count <= 0) {
                return Long.MAX_VALUE;
            }
            for (int end = -1; (end = Swar.recordEnd(ahead, end + 1, count)) >= 0; ) {
                if (ahead[end] == '\n') {
                    return at + end + 1;
                }
            }
            at += count;
        }
    }

    private void mask(LineScanner scanner, Part part) throws IOException, InterruptedException {
        if (part.to - part.from > 2L * length) {
            // Of lines without end, or the last: not kept in memory.
            LineScanner.Carry before = await(part);
            LogScan found = scanner.mask(input(part), masked, before);
            written(scanner.after(before), found);
        } else if (!isTurn(new Ready(part, scanner.mask(input(part), scanner.carry(), room())))) {
            return;
        }
        for (Optional<Ready> next = taken(); next.isPresent(); next = taken()) {
            write(scanner, next.get());
        }
    }

    private void write(LineScanner scanner, Ready next) throws IOException {
        LineScanner.Carry before = carry();
        LineScanner.Masked text = next.masked;
        if (!text.suits(before)) {
            text = scanner.mask(input(next.part), before, text.room());
        }
        text.writeTo(masked);
        free(text.room());
        written(text.after(before), text.scan());
    }

    private InputStream input(Part part) {
        return new ChannelInput(log, part.from, part.to);
    }

    private synchronized byte[] room() {
        // Masked text is hardly ever longer.
        return rooms.isEmpty() ? new byte[length + length / 8] : rooms.pop();
    }

    private synchronized void free(byte[] room) {
        rooms.push(room);
    }

    /** What the last line that has been written left. */
    private synchronized LineScanner.Carry carry() {
        return carry;
    }

    /** Waits until all parts before have been written, and nobody writes; gives what the last line of them left. */
    private synchronized LineScanner.Carry await(Part part) throws IOException, InterruptedException {
        while (turn != part.number || writing) {
            if (failure.isPresent()) {
                throw new IOException("another part could not be masked");
            }
            wait();
        }
        writing = true;
        return carry;
    }

    /** Leaves a part to whoever writes; says whether that is now for the thread to do that has masked it. */
    private synchronized boolean isTurn(Ready part) {
        ready.put(part.part.number, part);
        if (writing || turn != part.part.number) {
            return false;
        }
        writing = true;
        return true;
    }

    /** The part to be written next; if it is not ready, nobody writes any more. */
    private synchronized Optional<Ready> taken() {
        Optional<Ready> next = failure.isPresent() ? Optional.empty() : Optional.ofNullable(ready.remove(turn));
        writing = next.isPresent();
        notifyAll();
        return next;
    }

    private synchronized void written(LineScanner.Carry after, LogScan found) {
        carry = after;
        scan = scan.and(found);
        turn++;
        notifyAll();
    }
}
