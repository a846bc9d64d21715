package dev.sparsam.logs.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Compresses in a thread of its own, one block while the next one is made: masking a file then takes as long as its codec
 * takes and not as long as both. A file of no more than one block needs no thread.
 */
final class AsideCompressor extends Compressor {
    private static final int BLOCK = 1 << 18;

    private final Compressor codec;
    private byte[] filling = new byte[BLOCK];
    private byte[] compressing = new byte[BLOCK];
    private int length;
    private Future<?> last = CompletableFuture.completedFuture(null);
    /** Has no thread before its first task. */
    private final ExecutorService aside = Executors.newSingleThreadExecutor(Threads.named("sparsam-logs-compress"));

    /** @param codec is closed with this */
    AsideCompressor(Compressor codec) {
        this.codec = codec;
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        for (int from = off; from < off + len; ) {
            if (length == BLOCK) {
                handOver();
            }
            int count = Math.min(BLOCK - length, off + len - from);
            System.arraycopy(b, from, filling, length, count);
            length += count;
            from += count;
        }
    }

    private void handOver() throws IOException {
        await();
        byte[] block = filling;
        filling = compressing;
        compressing = block;
        length = 0;
        last = aside.submit(() -> {
            codec.write(block, 0, BLOCK);
            return true;
        });
    }

    /** Until the last block is compressed; throws what that threw. */
    private void await() throws IOException {
        try {
            last.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while compressing");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    void finish() throws IOException {
        await();
        codec.write(filling, 0, length);
        codec.finish();
    }

    /** Waits for the codec, whose memory must not be freed under it. */
    @Override
    public void close() {
        boolean interrupted = false;
        while (true) {
            try {
                last.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                // Thrown already where it was waited for; or nobody waits any more, as something else went wrong
                // before.
                break;
            }
        }
        aside.shutdown();
        codec.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
