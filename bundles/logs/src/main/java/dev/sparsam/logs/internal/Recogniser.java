package dev.sparsam.logs.internal;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Tells the format of a line. Not thread-safe. */
final class Recogniser {
    /**
     * How a line of a system log begins (RFC 3164, RFC 5424, and RFC 3339 as rsyslog writes it), up to the program. Each
     * recogniser has its own: templates remember where the last time ended, and sweeps look at files in several threads.
     */
    private final List<Template> systemLog = List.of(
            Template.of("{time:%b %e %T} {word} "),
            Template.of("{time:%Y-%m-%dT%T%f%z} {word} "),
            Template.of("<{number}>{time:%b %e %T} {word} "),
            Template.of("<{number}>1 {time:%Y-%m-%dT%T%f%z} {word} "));

    private final Optional<LogFormat> own;
    private final Clients clients;
    private final ZoneId zone;
    private final long reference;
    private final List<LogFormat> formats = new ArrayList<>();
    private final List<Template> tails = new ArrayList<>();

    private Optional<LogFormat> found = Optional.empty();
    /** The place of the format found last in the order in which they are tried. */
    private int place;

    private static final int UNREAD = -2;
    /** Where the program of the line at hand stands; -1 when it is of no system log. */
    private int program = UNREAD;

    private long programTime;

    private Hint hint = Hint.NONE;
    /** What a line is tried with first when this was the hint. */
    private Hint triedFor = Hint.NONE;

    private List<Template> tried = List.of();

    /**
     * Which template the last line was of, if one is tried first for the next: lines of one log are mostly alike.
     *
     * @param format the place of the format in the order in which they are tried; -1 when there is none
     * @param line the place of the template in the format
     */
    record Hint(int format, int line) {
        static final Hint NONE = new Hint(-1, -1);
    }

    /**
     * Makes one.
     *
     * @param own a format that is tried before all others
     * @param zone of times that say none
     * @param reference milliseconds; times without a year lie before
     */
    Recogniser(Optional<LogFormat> own, Clients clients, ZoneId zone, long reference) {
        this.own = own;
        this.clients = clients;
        this.zone = zone;
        this.reference = reference;
    }

    boolean hasOwn() {
        return own.isPresent();
    }

    /** Whether the line recognised last is of the format that is tried before all others. */
    boolean isOwn() {
        return own.isPresent() && place == 0;
    }

    /** Whether that format leaves it to access lines how a line begins. */
    boolean ownIsAccess() {
        return own.isPresent() && !own.get().tails().isEmpty();
    }

    /** What the next line is tried with first. */
    Hint hint() {
        return hint;
    }

    /** Goes on from another recogniser's line. */
    void goOn(Hint from) {
        hint = from;
    }

    /** The format of the line recognised last. */
    Optional<LogFormat> format() {
        return found;
    }

    /**
     * Tells what a line is.
     *
     * @param spans gets the parts that the format knows by their place, and the time
     * @return where the free text begins, or -1 when no format fits
     */
    int recognise(byte[] b, int from, int to, Spans spans) {
        load();
        if (!hint.equals(triedFor)) {
            tried = tried();
            triedFor = hint;
        }
        if (hint.format >= 0) {
            LogFormat last = formats.get(hint.format);
            for (Template line : tried) {
                int text = line.match(b, from, to, spans, clients, zone, reference);
                if (text >= 0) {
                    found = Optional.of(last);
                    place = hint.format;
                    return text;
                }
                spans.clear();
            }
        }
        program = UNREAD;
        for (int i = 0; i < formats.size(); i++) {
            int text = recognise(i, b, from, to, spans);
            if (text >= 0) {
                found = Optional.of(formats.get(i));
                place = i;
                return text;
            }
            spans.clear();
        }
        return -1;
    }

    /** The template of the last line, behind those further up in its format that may tell more of the same line. */
    private List<Template> tried() {
        if (hint.format < 0) {
            return List.of();
        }
        List<Template> lines = formats.get(hint.format).lines();
        Template last = lines.get(hint.line);
        List<Template> all = new ArrayList<>();
        for (Template line : lines.subList(0, hint.line)) {
            if (line.mayTellMoreThan(last)) {
                all.add(line);
            }
        }
        all.add(last);
        return all;
    }

    /** The parts behind the time of an access line; -1 when it is none that is known. */
    int tail(byte[] b, int from, int to, Spans spans) {
        load();
        for (Template tail : tails) {
            int end = tail.match(b, from, to, spans, clients, zone, reference);
            if (end >= 0) {
                return end;
            }
        }
        return -1;
    }

    private void load() {
        if (formats.isEmpty()) {
            own.ifPresent(formats::add);
            for (LogFormat format : LogFormats.known()) {
                formats.add(format);
                tails.addAll(format.tails());
            }
        }
    }

    private int recognise(int number, byte[] b, int from, int to, Spans spans) {
        LogFormat format = formats.get(number);
        hint = Hint.NONE;
        if (!format.json().isEmpty()) {
            return b[from] == '{' ? JsonFields.find(format.json(), b, from, to, spans) : -1;
        }
        for (int i = 0; i < format.lines().size(); i++) {
            int text = format.lines().get(i).match(b, from, to, spans, clients, zone, reference);
            if (text >= 0) {
                // A format further up may fit the next line, if this one only tells times.
                hint = format.generic() ? Hint.NONE : new Hint(number, i);
                return text;
            }
        }
        for (String start : format.starts()) {
            if (startsWith(b, from, to, start)) {
                return from;
            }
        }
        if (!format.programs().isEmpty()) {
            if (program == UNREAD) {
                readHead(b, from, to, spans);
            }
            if (program >= 0 && isProgram(format, b, program, to)) {
                spans.time(programTime);
                return program;
            }
        }
        return -1;
    }

    /** Reads how a line of a system log begins: once, however many formats ask which program has written it. */
    private void readHead(byte[] b, int from, int to, Spans spans) {
        program = -1;
        for (int i = 0; i < systemLog.size() && program < 0; i++) {
            program = systemLog.get(i).match(b, from, to, spans, clients, zone, reference);
            programTime = spans.time();
        }
    }

    private static boolean isProgram(LogFormat format, byte[] b, int from, int to) {
        for (String program : format.programs()) {
            int end = from + program.length();
            if (program.isEmpty() || (startsWith(b, from, to, program) && end < to && "[:/-(. ".indexOf(b[end]) >= 0)) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsWith(byte[] b, int from, int to, String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        return to - from >= bytes.length && Arrays.equals(b, from, from + bytes.length, bytes, 0, bytes.length);
    }
}
