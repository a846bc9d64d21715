package dev.sparsam.logs.internal;

import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.internal.PipeFiles.Outcome;
import dev.sparsam.logs.internal.PipeSites.Site;
import dev.sparsam.logs.internal.PipeStatus.Count;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Takes lines in hand, sorts them by site and day, masks them, and delivers them. The output in hand is a row of parts: the
 * length of the target's text and the text, the number of lines, the length of the lines and the lines. Not thread-safe.
 */
final class PipeWriter {
    /** A line longer than this is cut, at a blank when there is one shortly before. */
    static final int LONGEST_LINE = 2 << 20;

    private static final int CHUNK = 1 << 20;
    private static final int CUT_WITHIN = 4096;
    private static final int LONGEST_HOST = 1024;
    /** A log is named by the day that a line says, when it is not further in the past. */
    private static final int MOST_DAYS = 31;

    private static final int SCANNERS = 16;
    private static final int DATE_LENGTH = 11;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("dd/MMM/uuuu", Locale.ENGLISH);

    private final PipeHand hand;
    private final PipeFiles files;
    private final Supplier<PipeSites> sites;
    private final PipeKeys keys;
    private final Path otherFolder;
    private final PipeStatus status;
    private final Clock clock;
    private final BooleanSupplier drops;

    private final byte[] chunk = new byte[LONGEST_LINE + 1];
    private final LineTimes times = new LineTimes();
    private final Map<MaskingPolicy, LineScanner> scanners = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<MaskingPolicy, LineScanner> eldest) {
            return size() > SCANNERS;
        }
    };
    private final Parts parts = new Parts();
    private PipeSites known = PipeSites.NONE;
    private LocalDate today = LocalDate.MIN;
    private byte[] date = new byte[0];
    private LocalDate dateRead = LocalDate.MIN;
    private boolean dateIsNear;
    private int bracket;
    private int bracketAfter;

    /**
     * Makes one.
     *
     * @param otherFolder where lines of unknown hosts go
     * @param drops whether lines are to be given up at the moment, when nothing can be written
     */
    PipeWriter(
            PipeHand hand,
            PipeFiles files,
            Supplier<PipeSites> sites,
            PipeKeys keys,
            Path otherFolder,
            PipeStatus status,
            Clock clock,
            BooleanSupplier drops) {
        this.hand = hand;
        this.files = files;
        this.sites = sites;
        this.keys = keys;
        this.otherFolder = otherFolder;
        this.status = status;
        this.clock = clock;
        this.drops = drops;
    }

    /** What has become of a step. */
    enum Step {
        /** There is no whole line in hand. */
        NOTHING,
        DONE,
        /** Nothing can be written; a later step tries again. */
        STUCK
    }

    /**
     * Does what can be done at once.
     *
     * @param ended whether nothing will come any more, so that a line without an end is one, too
     */
    Step step(boolean ended) throws IOException {
        if (hand.output().isPresent()) {
            return deliver() ? Step.DONE : Step.STUCK;
        }
        int length = hand.peek(chunk, CHUNK);
        int end = lastEnd(length);
        if (end == 0 && hand.waiting() > length) {
            length = hand.peek(chunk, LONGEST_LINE);
            end = lastEnd(length);
        }
        int consumed = end;
        if (end == 0) {
            boolean most = length >= Math.min(LONGEST_LINE, hand.size());
            if (length == 0 || !(most || ended)) {
                return Step.NOTHING;
            }
            if (most) {
                status.cut();
                length = cut(length);
            }
            consumed = length;
            chunk[length] = '\n';
            end = length + 1;
        }
        sort(end, consumed);
        return deliver() ? Step.DONE : Step.STUCK;
    }

    /** Where the last line ends, exclusive. */
    private int lastEnd(int length) {
        int end = length;
        while (end > 0 && chunk[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    /** At a blank, so that no address is cut. */
    private int cut(int length) {
        for (int p = length - 1; p > length - CUT_WITHIN; p--) {
            if (chunk[p] == ' ') {
                return p + 1;
            }
        }
        return length;
    }

    // ---- sorting and masking

    /** Bytes that are read without a copy. */
    private static final class Lines extends ByteArrayOutputStream {
        Lines() {
            super(1 << 13);
        }

        InputStream read() {
            return new ByteArrayInputStream(buf, 0, count);
        }
    }

    /** Lines of one site and day. */
    private static final class Batch {
        final PipeTarget target;
        final MaskingPolicy masking;
        final KeyRing keys;
        final Lines lines = new Lines();
        int count;

        Batch(PipeTarget target, MaskingPolicy masking, KeyRing keys) {
            this.target = target;
            this.masking = masking;
            this.keys = keys;
        }
    }

    /** The lines of a chunk. Sites are told apart by identity: comparing them would take longer than masking a line. */
    private final class Batches {
        private final IdentityHashMap<Object, Map<LocalDate, Batch>> sites = new IdentityHashMap<>();
        private final List<Batch> all = new ArrayList<>();
        private Object lastSite = this;
        private LocalDate lastDay = LocalDate.MIN;
        private Optional<Batch> last = Optional.empty();

        Batch of(Optional<Site> site, LocalDate day) {
            Object key = site.isPresent() ? site.get() : this;
            if (last.isEmpty() || key != lastSite || !day.equals(lastDay)) {
                lastSite = key;
                lastDay = day;
                last = Optional.of(sites.computeIfAbsent(key, any -> new HashMap<>(2))
                        .computeIfAbsent(day, any -> batch(site, day)));
            }
            return last.get();
        }

        private Batch batch(Optional<Site> site, LocalDate day) {
            Batch batch = site.isPresent()
                    ? new Batch(
                            site.get().target(day),
                            site.get().masking(),
                            keys.of(site.get().domain(), site.get().keyDays()))
                    : new Batch(
                            other(PipeSites.fileOf(known.otherFile(), day)),
                            known.other(),
                            keys.of("unknown hosts", 1));
            all.add(batch);
            return batch;
        }
    }

    private void sort(int end, int consumed) throws IOException {
        known = sites.get();
        LocalDate now = LocalDate.ofInstant(clock.instant(), known.zone());
        if (!now.equals(today)) {
            today = now;
            date = new byte[0];
            // They take today for the last day that a line without a year can be of.
            scanners.clear();
            keys.today(now);
        }
        // The JDK searches a text with the processor's vector instructions.
        String text = new String(chunk, 0, end, StandardCharsets.ISO_8859_1);
        bracket = -1;
        Batches batches = new Batches();
        String host = "";
        int hostLength = -1;
        int hostFrom = 0;
        Optional<Site> site = Optional.empty();
        int from = 0;
        while (from < end) {
            int stop = text.indexOf('\n', from);
            int length = hostLength(from, stop);
            if (length != hostLength
                    || !Arrays.equals(chunk, from, from + length, chunk, hostFrom, hostFrom + length)) {
                host = new String(chunk, from, length, StandardCharsets.ISO_8859_1);
                site = length == 0 ? Optional.empty() : known.of(host);
            }
            hostFrom = from;
            hostLength = length;
            if (site.isEmpty()) {
                status.unknown(host.isEmpty() ? "-" : host);
            }
            if (site.isPresent() && !site.get().keeps()) {
                status.count(site.get().domain(), Count.notKept(1));
            } else {
                Batch batch = batches.of(site, day(text, from + length, stop));
                // Of a host that nobody knows the name stays: it is all there is to tell whose line it is.
                int start = site.isPresent() ? from + length + 1 : from;
                batch.lines.write(chunk, start, stop + 1 - start);
                batch.count++;
            }
            from = stop + 1;
        }
        parts.reset();
        for (Batch batch : batches.all) {
            parts.add(batch);
        }
        hand.commit(parts.array(), parts.size(), consumed);
    }

    private PipeTarget other(String file) {
        return new PipeTarget("", otherFolder, file, Optional.empty(), Optional.empty(), 0640);
    }

    private int hostLength(int from, int stop) {
        int most = Math.min(stop, from + LONGEST_HOST);
        int p = from;
        while (p < most && chunk[p] != ' ') {
            p++;
        }
        return p == most ? 0 : p - from;
    }

    /** The day that a line says, as it is written there; today when it says none, or one that is not to be believed. */
    private LocalDate day(String text, int from, int stop) {
        for (int p = bracket(text, from); p < stop; p = bracket(text, p + 1)) {
            if (times.access(chunk, p, stop) != LineTimes.NONE) {
                if (!Arrays.equals(chunk, p + 1, p + 1 + DATE_LENGTH, date, 0, date.length)) {
                    date = Arrays.copyOfRange(chunk, p + 1, p + 1 + DATE_LENGTH);
                    dateRead = read(new String(date, StandardCharsets.ISO_8859_1));
                    dateIsNear = !dateRead.isAfter(today.plusDays(1)) && !dateRead.isBefore(today.minusDays(MOST_DAYS));
                }
                if (!dateIsNear) {
                    status.strangeTime();
                    return today;
                }
                return dateRead;
            }
        }
        return today;
    }

    /** The first bracket from here on. It is remembered, or many lines without one would each be searched to the end. */
    private int bracket(String text, int from) {
        if (bracket < from || bracketAfter > from) {
            int found = text.indexOf('[', from);
            bracket = found < 0 ? Integer.MAX_VALUE : found;
            bracketAfter = from;
        }
        return bracket;
    }

    private static LocalDate read(String date) {
        try {
            return LocalDate.parse(date, DATE);
        } catch (DateTimeException e) {
            // None that the calendar has; then it is too far in the past.
            return LocalDate.MIN;
        }
    }

    /** The output. */
    private final class Parts extends ByteArrayOutputStream {
        void add(Batch batch) throws IOException {
            byte[] text = batch.target.text().getBytes(StandardCharsets.UTF_8);
            number(text.length);
            writeBytes(text);
            number(batch.count);
            int at = count;
            number(0);
            if (batch.masking.keepsAll()) {
                batch.lines.writeTo(this);
            } else {
                scanners.computeIfAbsent(batch.masking, this::scanner).mask(batch.lines.read(), this, batch.keys);
            }
            ByteBuffer.wrap(buf).putInt(at, count - at - Integer.BYTES);
        }

        private LineScanner scanner(MaskingPolicy policy) {
            return new LineScanner(
                    new LineScanner.Context(policy, known.zone(), clock.instant(), KeyRing.NONE, Optional.empty()));
        }

        private void number(int number) {
            writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(0, number).array());
        }

        byte[] array() {
            return buf;
        }
    }

    // ---- delivery

    /** Whether all of it is delivered. */
    private boolean deliver() throws IOException {
        Optional<ByteBuffer> output = hand.output();
        if (output.isEmpty()) {
            return true;
        }
        files.repair();
        ByteBuffer parts = hand.output().orElseThrow();
        while (parts.hasRemaining()) {
            byte[] text = new byte[parts.getInt()];
            parts.get(text);
            PipeTarget target = PipeTarget.read(new String(text, StandardCharsets.UTF_8));
            int lines = parts.getInt();
            int length = parts.getInt();
            int next = parts.position() + length;
            if (!deliver(target, parts.slice(parts.position(), length), lines, next)) {
                return false;
            }
            parts.position(next);
        }
        hand.clear();
        return true;
    }

    private boolean deliver(PipeTarget target, ByteBuffer lines, int count, int next) throws IOException {
        Outcome outcome = files.deliver(target, lines, next);
        if (outcome == Outcome.SHARE_USED) {
            // What one customer has done to his folder must not stop the others.
            Outcome instead = files.deliver(other(target.domain() + "-" + target.file()), lines, next);
            if (instead != Outcome.FULL) {
                status.count(target.domain(), Count.diverted(count));
                return true;
            }
            outcome = instead;
        }
        if (outcome == Outcome.FULL) {
            if (!drops.getAsBoolean()) {
                return false;
            }
            hand.done(next);
        }
        status.count(
                target.domain(),
                switch (outcome) {
                    case WRITTEN -> Count.written(count);
                    case SPOOLED -> Count.spooled(count);
                    default -> Count.lost(count);
                });
        return true;
    }
}
