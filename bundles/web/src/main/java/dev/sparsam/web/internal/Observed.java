package dev.sparsam.web.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.Observation;
import dev.sparsam.logs.RawPeriod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What sweeps have found, put into words next to what is set. */
final class Observed {
    private Observed() {}

    /**
     * What was found in the logs of one kind.
     *
     * @param kind the kind, and whether it is about backups
     * @param oldest how old the oldest line was
     * @param retention how old it may become
     * @param held that a legal hold suspends that, in words; empty when none does
     * @param unmasked how many lines stood as they were written, and how old they were
     * @param raw how long they may
     * @param tooOld by how much the oldest line was too old, and of how many files nobody knows it, in sentences; empty when
     *     there are none
     * @param unmaskedTooLong the same of the oldest line that was not masked
     */
    record Row(
            String kind,
            String oldest,
            String retention,
            String held,
            String unmasked,
            String raw,
            String tooOld,
            String unmaskedTooLong) {
        boolean drifts() {
            return !tooOld.isEmpty() || !unmaskedTooLong.isEmpty();
        }
    }

    static List<Row> rows(Visit visit, List<Observation> found) {
        return found.stream()
                .sorted(Comparator.comparing(Observation::backup).thenComparing(Observation::kind))
                .map(each -> row(visit, each))
                .toList();
    }

    private static Row row(Visit visit, Observation found) {
        Texts texts = visit.texts();
        return new Row(
                found.backup() ? texts.inBackups(found.kind()) : texts.kind(found.kind()),
                found.oldestLine().map(at -> texts.age(at, found.at())).orElse("–"),
                texts.retention(found.rules().live()),
                found.held()
                        .map(day -> texts.get("observed.held", texts.day(day)))
                        .orElse(""),
                unmasked(texts, found),
                found.rules().masking().addresses() instanceof AddressMasking.Keep keep
                        ? texts.masking(keep)
                        : raw(texts, found.rules().raw()),
                tooOld(texts, found),
                unmaskedTooLong(texts, found));
    }

    private static String unmasked(Texts texts, Observation found) {
        if (found.lines() == 0) {
            return texts.get("observed.empty");
        }
        if (found.unmasked() == 0) {
            return texts.get("observed.none", found.lines());
        }
        String share = texts.percent(found.share());
        return found.oldestUnmasked()
                .map(oldest -> texts.get(
                        "observed.share.age",
                        share,
                        found.unmasked(),
                        found.lines(),
                        texts.span(Duration.between(oldest, found.at()))))
                .orElseGet(() -> texts.get("observed.share", share, found.unmasked(), found.lines()));
    }

    private static String raw(Texts texts, RawPeriod period) {
        return period.hours() == 0
                ? texts.get("observed.raw.none")
                : texts.get("observed.raw", texts.span(Duration.ofHours(period.hours())));
    }

    private static String tooOld(Texts texts, Observation found) {
        return Stream.of(
                        found.tooOld().map(by -> texts.get("observed.too-old", texts.span(by))),
                        Optional.of(found.unknown())
                                .filter(count -> count > 0)
                                .map(count -> texts.get("observed.unknown", count)))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(" "));
    }

    private static String unmaskedTooLong(Texts texts, Observation found) {
        return found.unmaskedTooLong()
                .map(by -> texts.get("observed.too-long", texts.span(by)))
                .orElse("");
    }

    /** By how much a site drifts, in sentences that name the kind of log; empty when it does not. */
    static String drift(Visit visit, List<Observation> found) {
        List<String> sentences = new ArrayList<>();
        for (Row row :
                rows(visit, found.stream().filter(each -> !each.isAsSet()).toList())) {
            sentences.add(Stream.of(row.tooOld(), row.unmaskedTooLong())
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining(" ", row.kind() + ": ", "")));
        }
        return String.join(" ", sentences);
    }
}
