package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.RawPeriod;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStorage;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.NoLogging;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * The backups of a site: what in them is a log, and by which rules. A log is what is named as the site's live logs are,
 * wherever it lies in an archive; it is read by the rules of that kind.
 */
final class SiteBackups {
    /** Where the panel names no live logs of a site. */
    private static final String ANY_LOG = "{*.log,*.log[.-]*,*_log,*_log[.-]*}";

    /** What holds other files, should it be none of the archives that can be read: damaged, encrypted, another format. */
    private static final Pattern SEALED = Pattern.compile(
            ".*\\.(tar(\\.[a-z0-9]+)?|tgz|tbz2|txz|tzst|zip|gpg|pgp|age|enc|aes|aes256|crypt|7z|rar|cpio|lz|lz4|lzma|lzo|br|zpaq|dar|xar|vma|img|qcow2|squashfs)",
            Pattern.CASE_INSENSITIVE);

    private record Names(PathMatcher matcher, LogKind kind) {}

    private final List<Names> names = new ArrayList<>();
    private final SiteRules rules;

    SiteBackups(List<LogStream> streams, SiteRules rules) {
        this.rules = rules;
        for (LogStream stream : streams) {
            if (stream.storage() == LogStorage.LIVE) {
                add(stream.files(), stream.kind());
                // What the panel names exactly, copies and compressed copies are named after.
                add(stream.files() + "[.-]*", stream.kind());
            }
        }
    }

    private void add(String pattern, LogKind kind) {
        try {
            names.add(new Names(FileSystems.getDefault().getPathMatcher("glob:" + pattern), kind));
        } catch (PatternSyntaxException e) {
            // Where the pattern is used to look for live logs, it is told.
            return;
        }
    }

    /**
     * The kind of a log in a backup.
     *
     * @param otherwise where the panel names no live logs
     * @param path in an archive, or the name of a file
     * @return empty when it is no log by its name
     */
    Optional<LogKind> kind(LogKind otherwise, String path) {
        Path name = Path.of(path.substring(path.lastIndexOf('/') + 1).replace('\0', '_'));
        if (names.isEmpty()) {
            return FileSystems.getDefault().getPathMatcher("glob:" + ANY_LOG).matches(name)
                    ? Optional.of(otherwise)
                    : Optional.empty();
        }
        return names.stream()
                .filter(each -> each.matcher.matches(name))
                .map(Names::kind)
                .findFirst();
    }

    /** The rules of a kind in backups. */
    LogRules rules(LogKind kind) {
        return new LogPlace(kind, true).followed(rules);
    }

    /** The rules of all kinds that may lie in an archive. */
    private List<LogRules> possible(LogKind otherwise) {
        return names.isEmpty()
                ? List.of(rules(otherwise))
                : names.stream().map(Names::kind).distinct().map(this::rules).toList();
    }

    /**
     * To read archives with, one after the other.
     *
     * @param reading with what the logs of a kind are read
     * @param knowsLogs as of {@link Archive#Archive}
     */
    Archive archive(LogKind otherwise, Function<LogKind, Archive.Reading> reading, boolean knowsLogs) {
        Map<LogKind, Archive.Reading> readings = new EnumMap<>(LogKind.class);
        return new Archive(
                path -> kind(otherwise, path).map(kind -> readings.computeIfAbsent(kind, reading)), knowsLogs);
    }

    /** Whether addresses in logs of some kind become pseudonyms. */
    boolean makePseudonyms(LogKind otherwise) {
        return possible(otherwise).stream()
                .anyMatch(each -> each.masking().addresses() instanceof AddressMasking.Pseudonym);
    }

    /** Whether what is not understood may hold logs all the same. */
    static boolean isSealed(String name) {
        return SEALED.matcher(name).matches();
    }

    /** Whether in an archive there may be lines to be left out or to be masked. */
    boolean mayBeDue(LogKind otherwise, LogScan scan, Instant now) {
        return possible(otherwise).stream().anyMatch(each -> {
            LineScanner.Stages stages = Planner.stages(each, now);
            return scan.oldest().filter(stages.keptFrom()::isAfter).isPresent()
                    || scan.oldestUnmasked()
                            .filter(stages.maskedBefore()::isAfter)
                            .isPresent();
        });
    }

    /** When there may be the next. */
    Stream<Instant> next(LogKind otherwise, LogScan scan) {
        return possible(otherwise).stream()
                .flatMap(each -> Stream.concat(
                        each.live() instanceof Days days
                                ? scan.oldest().stream().map(at -> at.plus(Duration.ofDays(days.days())))
                                : Stream.empty(),
                        each.raw().equals(RawPeriod.NONE)
                                ? Stream.empty()
                                : scan.oldestUnmasked().stream()
                                        .map(at -> at.plus(
                                                Duration.ofHours(each.raw().hours())))));
    }

    /**
     * When the period of everything in a file is over, also of what could not be read; empty when it never is.
     *
     * @param file with {@link Code#NEWEST_UNREAD} among the notes when something in it could not be read
     */
    Optional<Instant> ends(LogKind otherwise, Inspection file) {
        Optional<Instant> newest = newest(file);
        Optional<Duration> longest = Optional.of(Duration.ZERO);
        for (LogRules each : possible(otherwise)) {
            Optional<Duration> period = each.live() instanceof Days days
                    ? Optional.of(Duration.ofDays(days.days()))
                    : each.live() instanceof NoLogging ? Optional.of(Duration.ZERO) : Optional.empty();
            longest = longest.flatMap(most -> period.map(one -> one.compareTo(most) > 0 ? one : most));
        }
        return longest.flatMap(most -> newest.map(at -> at.plus(most)));
    }

    /** When something was written to what a file holds at the latest. */
    private static Optional<Instant> newest(Inspection file) {
        Optional<Instant> modified = file.identity().map(FileIdentity::modified);
        if (file.state() != Inspection.State.READ) {
            return modified;
        }
        return Stream.concat(
                        file.scan().newest().stream(),
                        file.notes().stream()
                                .filter(note -> note.code() == Code.NEWEST_UNREAD)
                                .map(FileNote::time))
                // Later than the archive nothing in it was written; a time that is not known counts as the latest.
                .map(at -> at.equals(Instant.EPOCH) ? modified.orElse(at) : at)
                .max(Instant::compareTo)
                .or(() -> modified);
    }
}
