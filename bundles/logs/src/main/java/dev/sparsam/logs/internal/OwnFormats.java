package dev.sparsam.logs.internal;

import dev.sparsam.panel.LogKind;
import dev.sparsam.store.Wording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The formats of access logs that the web server is configured with, where Sparsam does not know them anyway. They are read
 * from the server's configuration again when that has changed.
 */
final class OwnFormats {
    private static final Logger LOG = LoggerFactory.getLogger(OwnFormats.class);

    private static final Duration TRUSTED = Duration.ofSeconds(5);

    /** What is recognised faster without being told. */
    private static final Set<String> KNOWN = Stream.concat(
                    Stream.of("", "%v ", "%v:%p ")
                            .flatMap(host -> Stream.of("", " \"%{Referer}i\" \"%{User-Agent}i\"")
                                    .map(agent -> ServerFormats.apache(host + "%h %l %u %t \"%r\" %>s %b" + agent))),
                    Stream.of(ServerFormats.nginx("$remote_addr - $remote_user [$time_local] \"$request\" $status"
                            + " $body_bytes_sent \"$http_referer\" \"$http_user_agent\"")))
            .map(Template::toString)
            .collect(Collectors.toUnmodifiableSet());

    /** None. */
    static final OwnFormats NONE = new OwnFormats(List.of(), Clock.systemUTC());

    private final List<Source> sources;
    private final Clock clock;

    private Instant asked = Instant.MIN;
    private List<Optional<FileTime>> written = List.of();
    private List<String> templates = List.of();

    private OwnFormats(List<Source> sources, Clock clock) {
        this.sources = sources;
        this.clock = clock;
    }

    /** @param name of one of its formats; empty for all that tell a time */
    private record Source(Path file, Optional<String> name) {
        static Source of(String text) {
            int hash = text.lastIndexOf('#');
            Path file = Path.of(hash < 0 ? text : text.substring(0, hash));
            if (!file.isAbsolute()) {
                throw new UnusableException(Wording.of(OwnFormats.class, "formats.relative", file));
            }
            return new Source(file, hash < 0 ? Optional.empty() : Optional.of(text.substring(hash + 1)));
        }

        Optional<FileTime> written() {
            try {
                return Optional.of(Files.getLastModifiedTime(file));
            } catch (IOException e) {
                LOG.debug("{} tells no time", file, e);
                return Optional.empty();
            }
        }

        List<String> templates() {
            try {
                Map<String, Template> formats = ServerConfiguration.formats(file);
                formats.values().removeIf(format -> !format.hasTime());
                Set<String> wanted = name.map(Set::of).orElse(formats.keySet());
                if (formats.isEmpty() || !formats.keySet().containsAll(wanted)) {
                    throw new UnusableException(
                            name.isEmpty()
                                    ? Wording.of(OwnFormats.class, "formats.none", file)
                                    : Wording.of(
                                            OwnFormats.class,
                                            "formats.name",
                                            file,
                                            name.get(),
                                            String.join(", ", new TreeSet<>(formats.keySet()))));
                }
                return formats.entrySet().stream()
                        .filter(format -> wanted.contains(format.getKey()))
                        .map(format -> format.getValue().toString())
                        .toList();
            } catch (IOException e) {
                throw new UnusableException(Wording.of(OwnFormats.class, "formats.unreadable", file), e);
            }
        }
    }

    /** Formats that cannot be used. */
    static final class UnusableException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        private final transient Wording reason;

        UnusableException(Wording reason) {
            super(reason.english());
            this.reason = reason;
        }

        UnusableException(Wording reason, Exception cause) {
            super(reason.english(), cause);
            this.reason = reason;
        }
    }

    /**
     * Reads what is configured.
     *
     * @param text {@code FILE#NAME, FILE#NAME}; without a name all formats in the file that tell the time of a line
     * @throws IllegalArgumentException when something of it cannot be used; {@link #reason} tells why
     */
    static OwnFormats of(String text, Clock clock) {
        List<Source> sources = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(source -> !source.isEmpty())
                .map(Source::of)
                .toList();
        OwnFormats formats = new OwnFormats(sources, clock);
        formats.read(sources.stream().map(Source::written).toList());
        return formats;
    }

    /** Why this cannot be used. */
    static Wording reason(String text) {
        try {
            of(text, Clock.systemUTC());
            return Wording.same("");
        } catch (UnusableException e) {
            return e.reason;
        } catch (InvalidPathException e) {
            return Wording.same(String.valueOf(e.getMessage()));
        } catch (FormatException e) {
            return new Wording(e.in(Locale.ENGLISH), e.in(Locale.GERMAN));
        }
    }

    private void read(List<Optional<FileTime>> times) {
        List<String> found = new ArrayList<>();
        sources.forEach(source -> found.addAll(source.templates()));
        found.removeIf(KNOWN::contains);
        // One that says more of a line before one that fits as well and says less.
        found.sort(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        templates = List.copyOf(new LinkedHashSet<>(found));
        written = times;
    }

    private synchronized List<String> templates() {
        Instant now = clock.instant();
        if (!sources.isEmpty() && asked.isBefore(now.minus(TRUSTED))) {
            asked = now;
            List<Optional<FileTime>> times =
                    sources.stream().map(Source::written).toList();
            if (!times.equals(written)) {
                try {
                    read(times);
                } catch (IllegalArgumentException e) {
                    // Until it changes once more.
                    written = times;
                    LOG.warn("The log formats of the web server stay as they were before: {}", e.getMessage());
                }
            }
        }
        return templates;
    }

    /** Those of a kind of logs: whether they are the same. */
    String text(LogKind kind) {
        return kind == LogKind.WEB_ACCESS ? String.join("\n", templates()) : "";
    }

    /** Those of a kind of logs as one format. Templates are not thread-safe, so each caller gets its own. */
    Optional<LogFormat> of(LogKind kind) {
        List<String> all = kind == LogKind.WEB_ACCESS ? templates() : List.of();
        return all.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        ServerFormats.of("own", all.stream().map(Template::of).toList()));
    }
}
