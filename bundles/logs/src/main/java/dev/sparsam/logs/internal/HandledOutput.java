package dev.sparsam.logs.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Hands on what a log becomes, and keeps its length, its hash, and where lines are left as they were written. */
final class HandledOutput extends BlockOutput {
    /** Of lines that are so much out of order nobody keeps more; they are masked before their time. */
    private static final int MOST_TURNS = 1 << 18;

    private final OutputStream out;
    private final MessageDigest sha256 = LogInput.newSha256();
    private final List<Long> turns = new ArrayList<>();
    private long length;
    private boolean raw;

    HandledOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        out.write(b, off, len);
        sha256.update(b, off, len);
        length += len;
    }

    /**
     * What begins now is left as it was written, or is not.
     *
     * @param pending how many bytes before that have not been written yet
     */
    void turn(boolean leftRaw, long pending) {
        if (raw == leftRaw) {
            return;
        }
        raw = leftRaw;
        long at = length + pending;
        if (!turns.isEmpty() && turns.get(turns.size() - 1) == at) {
            turns.remove(turns.size() - 1);
        } else {
            turns.add(at);
        }
    }

    /** The same for lines that hold pseudonyms, however young they are: in them there are no turns. */
    OutputStream withoutTurns() {
        turn(false, 0);
        return new BlockOutput() {
            @Override
            public void write(byte[] b, int off, int len) throws IOException {
                HandledOutput.this.write(b, off, len);
            }
        };
    }

    /** Whether no more lines can be left as they were written after others that are not. */
    boolean isFull() {
        return turns.size() >= MOST_TURNS;
    }

    long length() {
        return length;
    }

    /** Hexadecimal; to be asked once. */
    String sha256() {
        return HexFormat.of().formatHex(sha256.digest());
    }

    /** As {@link Pseudonymised#turns()}. */
    List<Long> turns() {
        return turns;
    }
}
