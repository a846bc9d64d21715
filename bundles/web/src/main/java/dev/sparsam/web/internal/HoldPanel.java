package dev.sparsam.web.internal;

import dev.sparsam.ledger.Ledger;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.web.internal.Answer.Mistake;
import dev.sparsam.web.internal.Answer.Redirect;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The legal hold of a domain, on its page. */
final class HoldPanel {
    private static final Duration SAME_ACT = Duration.ofSeconds(2);
    private static final List<String> FIELDS = List.of("reason", "person", "until");

    private final Services services;

    HoldPanel(Services services) {
        this.services = services;
    }

    /**
     * The panel.
     *
     * @param now the hold that holds
     * @param ask who can place and lift one, for those who cannot; empty for those who can
     * @param form the form; empty for those who cannot
     * @param past the holds before, the newest first
     */
    record Model(Optional<Now> now, String ask, Optional<Form> form, List<Past> past) {}

    /**
     * The hold that holds.
     *
     * @param until its last day
     * @param soon that it ends soon, in words; empty when it does not
     */
    record Now(String reason, String person, String until, Words.Moment placed, String by, String soon) {}

    /**
     * The form.
     *
     * @param action where it goes
     * @param expected when the hold that it replaces was placed; empty for none
     * @param fields what it is filled with
     * @param errors sentences about wrong fields
     * @param first the first day that can be chosen
     * @param last the last day that can be chosen
     */
    record Form(
            String action,
            String expected,
            Map<String, String> fields,
            Map<String, String> errors,
            String first,
            String last) {
        String field(String name) {
            return fields.getOrDefault(name, "");
        }

        String error(String name) {
            return errors.getOrDefault(name, "");
        }
    }

    /** A hold that has ended. */
    record Past(String reason, String person, String until, Words.Moment placed, String by, String ended) {}

    /** What a form said that is shown again with its mistakes. */
    record Again(Map<String, String> fields, Map<String, String> errors) {
        /** The mistakes, with the ids that the page has. */
        List<Mistake> mistakes() {
            Map<String, String> texts = new LinkedHashMap<>();
            errors.forEach((field, text) -> texts.put("hold-" + field, text));
            return Mistake.of(texts, List.of("hold-reason", "hold-person", "hold-until", "hold-form"));
        }
    }

    private LocalDate today() {
        return services.holds().today();
    }

    /** That a hold ends soon, in words; empty when it does not. */
    static String soon(Visit visit, LegalHold hold, LocalDate today) {
        long left = ChronoUnit.DAYS.between(today, hold.lastDay());
        return left > LegalHolds.SOON_DAYS
                ? ""
                : visit.t(
                        "hold.soon",
                        Math.max(0, left),
                        visit.texts().day(hold.lastDay().plusDays(1)));
    }

    Model model(Visit visit, Site site, Optional<Again> again) {
        boolean may = Route.SELLERS.contains(visit.account().role());
        Optional<LegalHold> active = active(site.id());
        UnaryOperator<String> who = services.actors().names(visit);
        List<LegalHold> history = services.holds().history(site.id());
        List<Past> past = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            LegalHold hold = history.get(i);
            if (!active.equals(Optional.of(hold))) {
                Optional<LegalHold> next = i == 0 ? Optional.empty() : Optional.of(history.get(i - 1));
                past.add(new Past(
                        hold.reason(),
                        hold.person(),
                        visit.texts().day(hold.lastDay()),
                        Words.moment(visit, hold.placedAt()),
                        who.apply(hold.placedBy()),
                        ended(visit, hold, next, who)));
            }
        }
        return new Model(
                active.map(hold -> new Now(
                        hold.reason(),
                        hold.person(),
                        visit.texts().day(hold.lastDay()),
                        Words.moment(visit, hold.placedAt()),
                        who.apply(hold.placedBy()),
                        soon(visit, hold, today()))),
                may ? "" : visit.t("hold.ask", Words.scope(visit, seller(visit, site))),
                may ? Optional.of(form(site, active, again)) : Optional.empty(),
                past);
    }

    /** Whoever sells to the domain's customer: the nearest who may place a hold. */
    private static Scope seller(Visit visit, Site site) {
        ScopePath path = visit.tree().path(site);
        return path.scopes().stream()
                .filter(scope ->
                        Set.of(ScopeLevel.PROVIDER, ScopeLevel.RESELLER).contains(scope.level()))
                .reduce((above, below) -> below)
                .orElseThrow();
    }

    private Form form(Site site, Optional<LegalHold> active, Optional<Again> again) {
        Map<String, String> fields = new LinkedHashMap<>();
        active.ifPresent(hold -> {
            fields.put("reason", hold.reason());
            fields.put("person", hold.person());
            fields.put("until", hold.lastDay().toString());
        });
        again.ifPresent(form -> fields.putAll(form.fields()));
        return new Form(
                action(site),
                expected(active),
                fields,
                again.map(Again::errors).orElse(Map.of()),
                today().toString(),
                today().plusDays(LegalHolds.MAX_DAYS).toString());
    }

    private static String action(Site site) {
        return Words.href(site.scope()) + "/hold";
    }

    private static String expected(Optional<LegalHold> active) {
        return active.map(hold -> hold.placedAt().toString()).orElse("");
    }

    private static String ended(Visit visit, LegalHold hold, Optional<LegalHold> next, UnaryOperator<String> who) {
        Optional<Instant> at = hold.ended();
        if (at.isEmpty() || visit.texts().dayOf(at.get()).isAfter(hold.lastDay())) {
            return visit.t("hold.ended.over", visit.texts().day(hold.lastDay()));
        }
        // The one that replaces is placed in the same act, a moment later.
        boolean replaced = next.filter(later -> later.placedBy().equals(hold.endedBy())
                        && !later.placedAt().isBefore(at.get())
                        && later.placedAt().isBefore(at.get().plus(SAME_ACT)))
                .isPresent();
        return visit.t(
                replaced ? "hold.ended.replaced" : "hold.ended.lifted",
                visit.texts().dateTime(at.get()),
                who.apply(hold.endedBy()));
    }

    private Optional<LegalHold> active(SiteId site) {
        return Optional.ofNullable(services.holds().active(List.of(site)).get(site));
    }

    /** Places a hold as the form says; otherwise what is wrong with the form. */
    Optional<Again> place(Visit visit, Site site) {
        Request request = visit.request();
        Map<String, String> fields = new LinkedHashMap<>();
        FIELDS.forEach(name -> fields.put(name, request.form(name)));
        Map<String, String> errors = new LinkedHashMap<>();
        for (String name : List.of("reason", "person")) {
            if (request.form(name).isEmpty()) {
                errors.put(name, visit.t("hold." + name + ".missing"));
            } else if (request.form(name).length() > LegalHolds.MAX_TEXT) {
                errors.put(name, visit.t("form.reason.long", LegalHolds.MAX_TEXT));
            }
        }
        Optional<LocalDate> until = day(request.form("until"));
        if (until.isEmpty()) {
            errors.put("until", visit.t(request.form("until").isEmpty() ? "hold.until.missing" : "hold.until.wrong"));
        }
        if (!request.form("expected").equals(expected(active(site.id())))) {
            errors.put("form", visit.t("hold.conflict"));
        }
        if (errors.isEmpty()) {
            services.holds()
                    .place(
                            site.id(),
                            request.form("reason"),
                            request.form("person"),
                            until.orElseThrow(),
                            visit.principal())
                    .ifPresent(refusal -> refused(visit, refusal, errors));
        }
        return errors.isEmpty() ? Optional.empty() : Optional.of(new Again(fields, errors));
    }

    private void refused(Visit visit, LegalHolds.Objection refusal, Map<String, String> errors) {
        switch (refusal) {
            case NO_SITE -> throw PageException.notFound();
            case MISSING -> errors.put("reason", visit.t("hold.reason.missing"));
            case TOO_LONG -> errors.put("reason", visit.t("form.reason.long", LegalHolds.MAX_TEXT));
            case OVER -> errors.put("until", visit.t("hold.until.over"));
            case TOO_FAR ->
                errors.put(
                        "until", visit.t("hold.until.far", visit.texts().day(today().plusDays(LegalHolds.MAX_DAYS))));
        }
    }

    /** What a browser's field for a day sends; one without such a field may send a day as people write it in German. */
    private static Optional<LocalDate> day(String text) {
        String[] german = text.split("\\.", -1);
        try {
            return Optional.of(
                    german.length == 3
                            ? LocalDate.of(
                                    Integer.parseInt(german[2].strip()),
                                    Integer.parseInt(german[1].strip()),
                                    Integer.parseInt(german[0].strip()))
                            : LocalDate.parse(text));
        } catch (DateTimeException | NumberFormatException e) {
            // Told at the field.
            return Optional.empty();
        }
    }

    Answer placed(Visit visit, Site site) {
        return done(visit, site, "hold.placed");
    }

    private Answer done(Visit visit, Site site, String text) {
        Optional<Long> receipt = services
                .ledger()
                .entries(new Ledger.Query(
                        Optional.of(LegalHolds.ACT),
                        Optional.of(Set.of(site.scope().toString())),
                        Optional.empty(),
                        1))
                .stream()
                .map(entry -> entry.index())
                .findFirst();
        return Redirect.to(Words.href(site.scope()))
                .saying(new Flash("ok", visit.t(text, site.domain()), receipt, Optional.empty()));
    }

    /**
     * The question before a hold is lifted.
     *
     * @param hold what would be lifted
     * @param expected when it was placed
     * @param changed whether it is another than the one that was asked about
     */
    record Lift(String domain, Now hold, String action, String expected, String back, boolean changed) {}

    /** Lifts the hold when it has been asked; empty when there is none. */
    Optional<Answer> lift(Visit visit, Site site) {
        Optional<LegalHold> active = active(site.id());
        if (active.isEmpty()) {
            return Optional.empty();
        }
        boolean asked = visit.request().form("asked").equals("yes");
        boolean same = visit.request().form("expected").equals(expected(active));
        if (asked && same) {
            return services.holds().lift(site.id(), visit.principal())
                    ? Optional.of(done(visit, site, "hold.lifted"))
                    : Optional.empty();
        }
        Lift model = new Lift(
                site.domain(),
                model(visit, site, Optional.empty()).now().orElseThrow(),
                action(site) + "/lift",
                expected(active),
                Words.href(site.scope()),
                asked);
        Answer.Page page = Answer.Page.of("lift", model, "domains", visit.t("hold.lift.title"));
        return Optional.of(asked ? page.wrong(List.of(new Mistake("lift-form", visit.t("hold.conflict")))) : page);
    }
}
