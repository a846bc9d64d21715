package dev.sparsam.logs.internal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Numbers, texts and moments one after the other, to be kept in few bytes. */
final class Packed {
    private static final int SEVEN_BITS = 7;

    private Packed() {}

    /** Writes them. */
    static final class Writer {
        private byte[] bytes = new byte[1 << 10];
        private int at;

        private void room(int more) {
            if (at + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
            }
        }

        /** In few bytes when it is near 0. */
        void number(long number) {
            room(10);
            long rest = (number << 1) ^ (number >> 63);
            while ((rest & ~0x7fL) != 0) {
                bytes[at++] = (byte) (rest | 0x80);
                rest >>>= SEVEN_BITS;
            }
            bytes[at++] = (byte) rest;
        }

        void flag(boolean flag) {
            number(flag ? 1 : 0);
        }

        void bytes(byte[] more) {
            number(more.length);
            room(more.length);
            System.arraycopy(more, 0, bytes, at, more.length);
            at += more.length;
        }

        void text(String text) {
            bytes(text.getBytes(StandardCharsets.UTF_8));
        }

        void moment(Instant moment) {
            number(moment.getEpochSecond());
            number(moment.getNano());
        }

        void moment(Optional<Instant> moment) {
            flag(moment.isPresent());
            moment.ifPresent(this::moment);
        }

        /** Begins again. */
        void clear() {
            at = 0;
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes, at);
        }
    }

    /** Reads them in the same order. */
    static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean more() {
            return at < bytes.length;
        }

        long number() {
            long rest = 0;
            int shift = 0;
            byte next;
            do {
                next = bytes[at++];
                rest |= (next & 0x7fL) << shift;
                shift += SEVEN_BITS;
            } while (next < 0);
            return (rest >>> 1) ^ -(rest & 1);
        }

        boolean flag() {
            return number() == 1;
        }

        byte[] bytes() {
            int length = (int) number();
            at += length;
            return Arrays.copyOfRange(bytes, at - length, at);
        }

        String text() {
            int length = (int) number();
            at += length;
            return new String(bytes, at - length, length, StandardCharsets.UTF_8);
        }

        Instant moment() {
            return Instant.ofEpochSecond(number(), number());
        }

        Optional<Instant> optionalMoment() {
            return flag() ? Optional.of(moment()) : Optional.empty();
        }

        /** Where it is; a later one is where {@link #skipTo} may go. */
        int position() {
            return at;
        }

        void skipTo(int position) {
            at = position;
        }
    }
}
