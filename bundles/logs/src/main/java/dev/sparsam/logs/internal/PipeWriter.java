package dev.sparsam.logs.internal;

import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.internal.PipeFiles.Outcome;
import dev.sparsam.logs.internal.PipeSites.Site;
import dev.sparsam.logs.internal.PipeStatus.Count;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
    private static final int HOST_BITS = 12;
    /** So many targets are remembered. */
    private static final int MOST_BATCHES = 1 << 15;

    private static final String UNKNOWN = "unknown hosts";
    /** How long a day is as a line says it, for {@link #read}. */
    static final int DATE_LENGTH = 11;

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
    private final Map<MaskingPolicy, LineScanner> scanners = new LastUsed<>(SCANNERS);
    private final Parts parts = new Parts();
    private Host nobody = new Host(new byte[0], Optional.empty(), true, "-");
    /** Those that came last, each where the hash of its bytes says. */
    private final Host[] hosts = new Host[1 << HOST_BITS];

    private final IdentityHashMap<Object, Map<LocalDate, Batch>> bySite = new IdentityHashMap<>();

    // The lines of a chunk, and the same lines in the order of their batches.
    private Batch[] batches = new Batch[1 << 13];
    private int[] starts = new int[1 << 13];
    private int[] stops = new int[1 << 13];
    private final List<Batch> used = new ArrayList<>();
    private int made;
    private final byte[] sorted = new byte[LONGEST_LINE + 1];
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
        Arrays.fill(hosts, nobody);
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

    /** A virtual host as it was written, and the lines that were put into last for it. */
    private static final class Host {
        final byte[] written;
        final Optional<Site> site;
        /** Whether its files are named by days. */
        final boolean dated;
        /** Without an address: whoever leaves out the host has the client in its place. */
        final String shown;

        LocalDate day = LocalDate.MIN;
        Optional<Batch> batch = Optional.empty();

        Host(byte[] written, Optional<Site> site, boolean dated, String shown) {
            this.written = written;
            this.site = site;
            this.dated = dated;
            this.shown = shown;
        }
    }

    /** Lines of one site and day. */
    private static final class Batch {
        final byte[] target;
        final MaskingPolicy masking;
        final KeyRing keys;
        /** So many lines of the chunk, of so many bytes. */
        int count;

        int length;
        /** Where the next one goes. */
        int at;

        Batch(PipeTarget target, MaskingPolicy masking, KeyRing keys) {
            this.target = target.text().getBytes(StandardCharsets.UTF_8);
            this.masking = masking;
            this.keys = keys;
        }
    }

    private void sort(int end, int consumed) throws IOException {
        look();
        // The JDK searches a text with the processor's vector instructions.
        String text = new String(chunk, 0, end, StandardCharsets.ISO_8859_1);
        bracket = -1;
        for (Batch batch : used) {
            batch.count = 0;
            batch.length = 0;
        }
        used.clear();
        int count = 0;
        int from = 0;
        while (from < end) {
            int stop = text.indexOf('\n', from);
            int length = hostLength(from, stop);
            Host host = length == 0 ? nobody : host(from, from + length);
            if (host.site.isEmpty()) {
                status.unknown(host.shown);
            }
            if (host.site.isPresent() && !host.site.get().keeps()) {
                status.count(host.site.get().domain(), Count.notKept(1));
            } else {
                // One file for all days has its lines as they came.
                Batch batch = batch(host, host.dated ? day(text, from + length, stop) : today);
                // Of a host that nobody knows the name stays: it is all there is to tell whose line it is.
                int start = host.site.isPresent() ? from + length + 1 : from;
                if (batch.count++ == 0) {
                    used.add(batch);
                }
                batch.length += stop + 1 - start;
                if (count == batches.length) {
                    batches = Arrays.copyOf(batches, 2 * count);
                    starts = Arrays.copyOf(starts, 2 * count);
                    stops = Arrays.copyOf(stops, 2 * count);
                }
                batches[count] = batch;
                starts[count] = start;
                stops[count] = stop + 1;
                count++;
            }
            from = stop + 1;
        }
        int at = 0;
        for (Batch batch : used) {
            batch.at = at;
            at += batch.length;
        }
        for (int i = 0; i < count; i++) {
            Batch batch = batches[i];
            int length = stops[i] - starts[i];
            System.arraycopy(chunk, starts[i], sorted, batch.at, length);
            batch.at += length;
        }
        parts.reset();
        for (Batch batch : used) {
            parts.add(batch);
        }
        hand.commit(parts.array(), parts.size(), consumed);
    }

    /** Forgets what no longer holds. */
    private void look() {
        PipeSites before = known;
        known = sites.get();
        if (!known.equals(before)) {
            files.named(known);
        }
        LocalDate now = LocalDate.ofInstant(clock.instant(), known.zone());
        boolean sameDay = now.equals(today);
        if (!sameDay) {
            today = now;
            date = new byte[0];
            // They take today for the last day that a line without a year can be of.
            scanners.clear();
        }
        if (!known.equals(before) || !sameDay || made > MOST_BATCHES) {
            nobody = new Host(new byte[0], Optional.empty(), isDated(known.otherFile()), "-");
            Arrays.fill(hosts, nobody);
            bySite.clear();
            made = 0;
            keys.forget(now);
        }
    }

    private static boolean isDated(String file) {
        return file.indexOf('%') >= 0;
    }

    private Host host(int from, int to) throws IOException {
        int hash = 0;
        for (int p = from; p < to; p++) {
            hash = 31 * hash + chunk[p];
        }
        int place = (hash ^ hash >>> HOST_BITS) & (1 << HOST_BITS) - 1;
        byte[] written = hosts[place].written;
        if (!Arrays.equals(written, 0, written.length, chunk, from, to)) {
            String text = new String(chunk, from, to - from, StandardCharsets.ISO_8859_1);
            Optional<Site> site = known.of(text);
            hosts[place] = new Host(
                    Arrays.copyOfRange(chunk, from, to),
                    site,
                    isDated(site.map(Site::file).orElse(known.otherFile())),
                    site.isPresent() ? "" : masked(text));
        }
        return hosts[place];
    }

    private String masked(String text) throws IOException {
        ByteArrayOutputStream masked = new ByteArrayOutputStream();
        scanner(UnknownHosts.LEAST)
                .mask(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)),
                        masked,
                        keys.of(UNKNOWN, Map.of()));
        return masked.toString(StandardCharsets.ISO_8859_1);
    }

    /** Hosts are told apart by identity, and so are sites: comparing them would take longer than masking a line. */
    private Batch batch(Host host, LocalDate day) {
        if (host.batch.isEmpty() || !host.day.equals(day)) {
            host.day = day;
            host.batch = Optional.of(
                    bySite.computeIfAbsent(host.site.isPresent() ? host.site.get() : this, any -> new HashMap<>(2))
                            .computeIfAbsent(day, any -> batch(host.site, day)));
        }
        return host.batch.get();
    }

    private Batch batch(Optional<Site> site, LocalDate day) {
        made++;
        return site.isPresent()
                ? new Batch(
                        site.get().target(day),
                        site.get().masking(),
                        keys.of(site.get().domain(), site.get().keys()))
                : new Batch(other(PipeSites.fileOf(known.otherFile(), day)), known.other(), keys.of(UNKNOWN, Map.of()));
    }

    private LineScanner scanner(MaskingPolicy policy) {
        return scanners.computeIfAbsent(
                policy,
                any -> new LineScanner(new LineScanner.Context(
                        policy, known.zone(), clock.instant(), KeyRing.NONE, Optional.empty())));
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

    /** Reads {@code 22/Nov/2026}. */
    static LocalDate read(String date) {
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
            number(batch.target.length);
            writeBytes(batch.target);
            number(batch.count);
            int at = count;
            number(0);
            int from = batch.at - batch.length;
            if (batch.masking.keepsAll()) {
                write(sorted, from, batch.length);
            } else {
                scanner(batch.masking).mask(new ByteArrayInputStream(sorted, from, batch.length), this, batch.keys);
            }
            ByteBuffer.wrap(buf).putInt(at, count - at - Integer.BYTES);
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
            if (instead == Outcome.WRITTEN || instead == Outcome.SPOOLED) {
                status.count(target.domain(), Count.diverted(count));
                return true;
            }
            outcome = instead;
        }
        if (outcome == Outcome.CROWDED) {
            // Whatever is wanted when nothing can be written: strangers must not make the web server wait.
            status.crowded(count);
            hand.done(next);
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
