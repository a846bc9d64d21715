package dev.sparsam.logs.kafka.internal;

import dev.sparsam.logs.kafka.internal.ChunkMasker.Masked;
import dev.sparsam.logs.kafka.internal.ChunkMasker.Note;
import dev.sparsam.store.Wording;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What a worker has done and how it stands, for those who look. Thread-safe. */
final class Progress {
    /** How a worker stands. */
    enum State {
        /** It connects. */
        CONNECTING,
        /** It masks, or waits for records. */
        RUNNING,
        /** Something is wrong; it tries again. */
        WAITING,
        /** It has ended. */
        STOPPED
    }

    /**
     * A moment.
     *
     * @param state how the worker stands
     * @param partitions how many partitions it has
     * @param lag how many records wait in them, as far as that is known
     * @param records how many it has delivered since it was started
     * @param lines how many lines they had
     * @param bytes how many bytes these had, masked
     * @param notUnderstood how many of the lines were of no known format
     * @param notes how many records had what wrong with them
     * @param lost how many records the input topic had deleted before they could be read
     * @param aborted how many transactions had to be done again
     * @param last when the last one was committed
     * @param failure what went wrong last, and has not been mended
     */
    record Moment(
            State state,
            int partitions,
            long lag,
            long records,
            long lines,
            long bytes,
            long notUnderstood,
            Map<Note, Long> notes,
            long lost,
            long aborted,
            Optional<Instant> last,
            Optional<Wording> failure) {}

    private State state = State.CONNECTING;
    private int partitions;
    private long lag;
    private long records;
    private long lines;
    private long bytes;
    private long notUnderstood;
    private final Map<Note, Long> notes = new EnumMap<>(Note.class);
    private long lost;
    private long aborted;
    private Optional<Instant> last = Optional.empty();
    private Optional<Wording> failure = Optional.empty();

    synchronized Moment moment() {
        return new Moment(
                state,
                partitions,
                lag,
                records,
                lines,
                bytes,
                notUnderstood,
                Map.copyOf(notes),
                lost,
                aborted,
                last,
                failure);
    }

    synchronized void polled(int has, long waiting) {
        state = State.RUNNING;
        partitions = has;
        lag = waiting;
    }

    synchronized void delivered(Batch batch, Instant at) {
        records += batch.records;
        lines += batch.lines;
        bytes += batch.bytes;
        notUnderstood += batch.notUnderstood;
        batch.notes.forEach((note, number) -> notes.merge(note, number, Long::sum));
        last = Optional.of(at);
        failure = Optional.empty();
    }

    synchronized void fine() {
        failure = Optional.empty();
    }

    synchronized void lost(long number) {
        lost += number;
    }

    synchronized void aborted() {
        aborted++;
    }

    synchronized void failed(Wording why) {
        state = State.WAITING;
        failure = Optional.of(why);
    }

    synchronized void stopped() {
        state = State.STOPPED;
        partitions = 0;
        lag = 0;
    }

    /** What one transaction delivers. For one thread. */
    static final class Batch {
        private long records;
        private long lines;
        private long bytes;
        private long notUnderstood;
        private final Map<Note, Long> notes = new EnumMap<>(Note.class);

        void add(Masked masked) {
            records++;
            lines += masked.lines();
            notUnderstood += masked.notUnderstood();
            masked.records().forEach(record -> bytes += record.value() == null ? 0 : record.value().length);
            masked.notes().forEach(note -> notes.merge(note, 1L, Long::sum));
        }

        Map<Note, Long> notes() {
            return notes;
        }
    }
}
