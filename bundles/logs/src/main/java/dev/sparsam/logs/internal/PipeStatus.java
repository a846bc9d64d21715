package dev.sparsam.logs.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sparsam.logs.internal.PipeSites.Fault;
import dev.sparsam.logs.internal.PipeSites.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a logger counts, and writes to its status file. Not thread-safe. */
final class PipeStatus {
    static final String FORMAT = "sparsam-pipe-status/1";
    /** Of hosts that nobody knows, so many are named. */
    private static final int MOST_HOSTS = 100;

    private static final int LONGEST_HOST = 253;

    private final Instant since;
    private final Map<String, Count> domains = new TreeMap<>();
    private final Map<String, Long> unknown = new TreeMap<>();
    private Count all = Count.NONE;
    private long unknownLines;
    private long cutLines;
    private long strangeTimes;
    private long othersHold;
    private long crowdedLines;
    private long expiredBytes;
    private long abandonedBytes;
    private List<Fault> faults = List.of();
    private Optional<String> error = Optional.empty();
    private Optional<Instant> errorAt = Optional.empty();

    /**
     * What has become of lines.
     *
     * @param lines that went to their log
     * @param spooled that went to the spool first
     * @param diverted that went to the folder for unknown hosts, because their log cannot be written
     * @param notKept of which no log is wanted
     * @param lost dropped because nothing could be written
     */
    record Count(long lines, long spooled, long diverted, long notKept, long lost) {
        static final Count NONE = new Count(0, 0, 0, 0, 0);

        static Count written(long lines) {
            return new Count(lines, 0, 0, 0, 0);
        }

        static Count spooled(long lines) {
            return new Count(0, lines, 0, 0, 0);
        }

        static Count diverted(long lines) {
            return new Count(0, 0, lines, 0, 0);
        }

        static Count notKept(long lines) {
            return new Count(0, 0, 0, lines, 0);
        }

        static Count lost(long lines) {
            return new Count(0, 0, 0, 0, lines);
        }

        Count plus(Count more) {
            return new Count(
                    lines + more.lines,
                    spooled + more.spooled,
                    diverted + more.diverted,
                    notKept + more.notKept,
                    lost + more.lost);
        }
    }

    PipeStatus(Instant since) {
        this.since = since;
    }

    /** Counts lines of a domain; of unknown hosts when it is empty. */
    void count(String domain, Count more) {
        all = all.plus(more);
        domains.merge(domain, more, Count::plus);
    }

    /** Counts a line of a host that nobody knows. */
    void unknown(String host) {
        unknownLines++;
        String name = host.length() <= LONGEST_HOST && host.chars().allMatch(c -> c > ' ' && c < 0x7f) ? host : "?";
        unknown.merge(unknown.size() < MOST_HOSTS || unknown.containsKey(name) ? name : "...", 1L, Long::sum);
    }

    /** Counts a line that was too long. */
    void cut() {
        cutLines++;
    }

    /** Counts a line whose time is too far from the clock to name a file by. */
    void strangeTime() {
        strangeTimes++;
    }

    /** How many bytes are in the folder for unknown hosts. */
    void othersHold(long bytes) {
        othersHold = bytes;
    }

    /** Counts lines for which the folder for unknown hosts had no room. */
    void crowded(long lines) {
        crowdedLines += lines;
    }

    /** Counts what was deleted of lines of unknown hosts because its time was over. */
    void expired(long bytes) {
        expiredBytes += bytes;
    }

    /** Counts what was deleted of lines that had waited for their log for as long as they may be kept. */
    void abandoned(long bytes) {
        abandonedBytes += bytes;
    }

    /** What in the sites file is wrong. */
    void faults(List<Fault> now) {
        faults = List.copyOf(now);
    }

    void error(String text, Instant at) {
        error = Optional.of(text);
        errorAt = Optional.of(at);
    }

    Count all() {
        return all;
    }

    Count of(String domain) {
        return domains.getOrDefault(domain, Count.NONE);
    }

    long unknownLines() {
        return unknownLines;
    }

    long cutLines() {
        return cutLines;
    }

    long strangeTimes() {
        return strangeTimes;
    }

    long crowdedLines() {
        return crowdedLines;
    }

    long expiredBytes() {
        return expiredBytes;
    }

    long abandonedBytes() {
        return abandonedBytes;
    }

    /** Replaces a file. */
    void write(Path file, Instant now, long spooledBytes, long leftBytes, long memoryBytes, boolean running)
            throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (JsonGenerator json = new JsonFactory().createGenerator(Files.newBufferedWriter(fresh))) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeNumberField("pid", ProcessHandle.current().pid());
            json.writeBooleanField("running", running);
            json.writeStringField("since", since.toString());
            json.writeStringField("at", now.toString());
            json.writeNumberField("spooledBytes", spooledBytes);
            json.writeNumberField("leftBytes", leftBytes);
            json.writeNumberField("memoryBytes", memoryBytes);
            if (error.isPresent()) {
                json.writeStringField("lastError", error.get());
                json.writeStringField(
                        "lastErrorAt", errorAt.map(Instant::toString).orElse(""));
            }
            write(json, "wrongSites", Part.SITE);
            write(json, "wrongFields", Part.FIELD);
            json.writeNumberField("unknownLines", unknownLines);
            json.writeNumberField("cutLines", cutLines);
            json.writeNumberField("strangeTimes", strangeTimes);
            json.writeNumberField("defaultBytes", othersHold);
            json.writeNumberField("crowdedLines", crowdedLines);
            json.writeNumberField("expiredBytes", expiredBytes);
            json.writeNumberField("abandonedBytes", abandonedBytes);
            json.writeObjectFieldStart("all");
            write(json, all);
            json.writeObjectFieldStart("unknownHosts");
            for (Map.Entry<String, Long> host : unknown.entrySet()) {
                json.writeNumberField(host.getKey(), host.getValue());
            }
            json.writeEndObject();
            json.writeObjectFieldStart("domains");
            for (Map.Entry<String, Count> domain : domains.entrySet()) {
                json.writeObjectFieldStart(domain.getKey());
                write(json, domain.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void write(JsonGenerator json, String name, Part part) throws IOException {
        json.writeObjectFieldStart(name);
        for (Fault fault : faults) {
            if (fault.part() == part) {
                json.writeStringField(fault.name(), fault.problem());
            }
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Count count) throws IOException {
        json.writeNumberField("lines", count.lines);
        json.writeNumberField("spooled", count.spooled);
        json.writeNumberField("diverted", count.diverted);
        json.writeNumberField("notKept", count.notKept);
        json.writeNumberField("lost", count.lost);
        json.writeEndObject();
    }
}
