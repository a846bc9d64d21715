package dev.sparsam.logs.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Masks one log in several threads: each takes the next part of the file, of whole lines, and masks it; then they write what
 * the parts have become, one after the other. It is to the byte what one thread makes of the log.
 *
 * <p>What a part becomes may depend on the line before it, which another thread has not masked yet: mostly it does not, and
 * for the rest it is supposed to be as in the part that the thread masked before. Whether that was right is known when it is
 * the part's turn to be written; if not, it is masked again.
 */
final class SideBySide {
    /** Long enough that handing out parts costs nothing; short enough that a few of them fit into a small heap. */
    private static final int PART = 1 << 19;

    static final String NAME = "sparsam-logs-mask";

    private final FileChannel log;
    private final OutputStream masked;
    private final int length;

    // Guarded by this.
    private long position;
    private long handedOut;
    private long turn;
    private LineScanner.Carry carry;
    private LogScan scan = LogScan.NONE;
    private Optional<Throwable> failure = Optional.empty();

    private SideBySide(FileChannel log, OutputStream masked, int length, LineScanner.Carry carry) {
        this.log = log;
        this.masked = masked;
        this.length = length;
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
     * @param scanners one for each thread, made alike; the first goes on from the log it has masked before, if any
     */
    static LogScan mask(FileChannel log, OutputStream masked, List<LineScanner> scanners) throws IOException {
        return mask(log, masked, scanners, PART, WARM);
    }

    /**
     * The same.
     *
     * @param length how many bytes a part has at least
     * @param alone so many parts are masked by one thread
     */
    static LogScan mask(FileChannel log, OutputStream masked, List<LineScanner> scanners, int length, int alone)
            throws IOException {
        SideBySide work = new SideBySide(log, masked, length, scanners.get(0).first());
        work.run(scanners.get(0), alone);
        ExecutorService helpers = Executors.newCachedThreadPool(Threads.named(NAME));
        try {
            List<Future<?>> running = new ArrayList<>();
            for (LineScanner scanner : scanners.subList(1, scanners.size())) {
                running.add(helpers.submit(() -> work.run(scanner, Long.MAX_VALUE)));
            }
            work.run(scanners.get(0), Long.MAX_VALUE);
            for (Future<?> each : running) {
                each.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while masking");
        } catch (ExecutionException e) {
            throw new AssertionError("it keeps what it throws", e);
        } finally {
            // Interrupted only when this was, too: then the output is closed, and what has a part in hand must not go
            // on. One that does not end is stuck in a read, and has nothing to write to.
            var unused = Threads.end(helpers, Threads.PATIENCE);
        }
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

    private void run(LineScanner scanner, long most) {
        try {
            for (Optional<Part> part = next(most); part.isPresent(); part = next(most)) {
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

    private synchronized Optional<Part> next(long most) throws IOException {
        if (failure.isPresent() || handedOut == most || position == Long.MAX_VALUE) {
            return Optional.empty();
        }
        Part part = new Part(handedOut++, position, lineAfter(position + length));
        position = part.to;
        return Optional.of(part);
    }

    /** Where the first line behind a place begins; when there is none, what is appended meanwhile belongs to the last part. */
    private long lineAfter(long place) throws IOException {
        byte[] bytes = new byte[1 << 12];
        long at = place;
        while (true) {
            int count = log.read(ByteBuffer.wrap(bytes), at);
            if (count <= 0) {
                return Long.MAX_VALUE;
            }
            for (int end = -1; (end = Swar.recordEnd(bytes, end + 1, count)) >= 0; ) {
                if (bytes[end] == '\n') {
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
            LogScan found = scanner.mask(new ChannelInput(log, part.from, part.to), masked, before);
            done(scanner.after(before), found);
            return;
        }
        LineScanner.Carry supposed = scanner.carry();
        LogScan found = scanner.mask(new ChannelInput(log, part.from, part.to), supposed);
        LineScanner.Carry before = await(part);
        if (!scanner.suits(supposed, before)) {
            found = scanner.mask(new ChannelInput(log, part.from, part.to), before);
        }
        scanner.writeTo(masked);
        done(scanner.after(before), found);
    }

    /** Waits until all parts before have been written; gives what the last line of them left. */
    private synchronized LineScanner.Carry await(Part part) throws IOException, InterruptedException {
        while (turn != part.number) {
            if (failure.isPresent()) {
                throw new IOException("another part could not be masked");
            }
            wait();
        }
        return carry;
    }

    private synchronized void done(LineScanner.Carry after, LogScan found) {
        carry = after;
        scan = scan.and(found);
        turn++;
        notifyAll();
    }
}
