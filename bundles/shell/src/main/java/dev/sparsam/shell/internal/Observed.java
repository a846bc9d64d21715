package dev.sparsam.shell.internal;

import dev.sparsam.logs.Observation;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import java.text.NumberFormat;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What sweeps have found, next to what is set, as tables. */
final class Observed {
    private Observed() {}

    /** The domains that drift, or of which not all is known, and how many others there are. */
    static String drifting(Texts texts, List<Site> sites, Map<SiteId, List<Observation>> observed) {
        Map<SiteId, List<Observation>> drifting = observed.entrySet().stream()
                .filter(each -> each.getValue().stream().anyMatch(found -> !found.isAsSet()))
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        each -> each.getValue().stream()
                                .filter(found -> !found.isAsSet())
                                .toList()));
        return table(texts, sites, drifting).or(texts.text("observe.none")) + "\n\n"
                + texts.text("observe.others", observed.size() - drifting.size(), sites.size() - observed.size());
    }

    static String all(Texts texts, List<Site> sites, Map<SiteId, List<Observation>> observed) {
        return table(texts, sites, observed).or(texts.text("observe.never"));
    }

    private static Table table(Texts texts, List<Site> sites, Map<SiteId, List<Observation>> observed) {
        Table table = texts.table("observe.head");
        for (Site site : sites) {
            observed.getOrDefault(site.id(), List.of()).stream()
                    .sorted(Comparator.comparing(Observation::backup).thenComparing(Observation::kind))
                    .forEach(each -> row(texts, table, site, each));
        }
        return table;
    }

    private static void row(Texts texts, Table table, Site site, Observation found) {
        String kind = texts.word(found.kind());
        table.row(
                site.domain(),
                found.backup() ? texts.text("observe.backup", kind) : kind,
                found.oldestLine()
                        .map(line -> SiteCommands.age(texts, line, found.at()))
                        .orElse("-"),
                found.rules().live()
                        + found.held()
                                .map(day -> " " + texts.text("observe.held", day))
                                .orElse(""),
                unmasked(texts, found),
                found.rules().raw(),
                Stream.of(
                                found.tooOld().map(by -> texts.text("observe.tooOld", span(texts, by))),
                                found.unmaskedTooLong().map(by -> texts.text("observe.tooLong", span(texts, by))),
                                Optional.of(found.unknown())
                                        .filter(count -> count > 0)
                                        .map(count -> texts.text("observe.unknown", count)))
                        .flatMap(Optional::stream)
                        .collect(Collectors.joining(", ")));
    }

    private static String unmasked(Texts texts, Observation found) {
        if (found.unmasked() == 0) {
            return texts.text("observe.masked", found.lines());
        }
        NumberFormat percent = NumberFormat.getPercentInstance(Locale.forLanguageTag(texts.language()));
        percent.setMaximumFractionDigits(1);
        String share = texts.text(
                "observe.share", percent.format(Math.max(0.001, found.share())), found.unmasked(), found.lines());
        return found.oldestUnmasked()
                .map(oldest ->
                        share + ", " + texts.text("observe.age", span(texts, Duration.between(oldest, found.at()))))
                .orElse(share);
    }

    /** In hours, or in days from two on; one that has begun counts, as everywhere. */
    private static String span(Texts texts, Duration span) {
        long hours = Math.max(0, span.plusHours(1).minusNanos(1).toHours());
        return hours < 48 ? texts.text("span.hours", hours) : texts.text("span.days", (hours + 23) / 24);
    }
}
