package dev.sparsam.logs.internal;

import dev.sparsam.facts.Cadence;
import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.FactSource;
import dev.sparsam.facts.Findings;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.facts.Provenance;
import dev.sparsam.facts.Retention;
import dev.sparsam.facts.Withheld;
import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Pseudonym;
import dev.sparsam.logs.AddressMasking.Remove;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.KindSetting;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.logs.internal.SweepStore.Status;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.RetentionRule.Days;
import dev.sparsam.panel.RetentionRule.NoLogging;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.settings.Settings;
import dev.sparsam.store.Database;
import dev.sparsam.store.JobSchedule;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the last sweep of each site enforced, as long as it is what is set: a value that a setting has replaced is not a
 * fact any more, and the new one is none before a sweep has followed it. A kind of log of which the sweep left something
 * undone states nothing either: what is not wholly enforced is not a fact. And it holds for the files that the sweep looked
 * at: when the panel names others, the next sweep has to look at them first.
 */
final class LogFacts implements FactSource {
    private final Database database;
    private final Settings settings;
    private final SiteDirectory directory;
    private final LegalHolds holds;
    private final Optional<JobSchedule> schedule;
    private final ZoneId zone;
    private final String provider;
    private final Duration maxAge;
    private final Clock clock;

    /**
     * Makes one.
     *
     * @param schedule when sweeps run by themselves
     * @param zone in which the days of sweeps are told
     * @param provider symbolic name and version of this bundle
     * @param maxAge how long a sweep speaks for the present
     */
    LogFacts(
            Database database,
            Settings settings,
            SiteDirectory directory,
            LegalHolds holds,
            Optional<JobSchedule> schedule,
            ZoneId zone,
            String provider,
            Duration maxAge,
            Clock clock) {
        this.database = database;
        this.settings = settings;
        this.directory = directory;
        this.holds = holds;
        this.schedule = schedule;
        this.zone = zone;
        this.provider = provider;
        this.maxAge = maxAge;
        this.clock = clock;
    }

    @Override
    public Findings find(Collection<ScopePath> paths) {
        List<Enforced<?>> all = all(paths);
        return new Findings(
                all.stream()
                        .filter(Enforced::holds)
                        .<Evidenced<?>>map(Enforced::fact)
                        .toList(),
                all.stream()
                        .filter(enforced -> !enforced.holds())
                        .<Withheld<?>>map(Enforced::withheld)
                        .toList());
    }

    /**
     * What a sweep followed, what is set now where that is something else, what stood in the sweep's way, and whether the
     * panel names other files now.
     */
    private record Enforced<F extends Fact>(Evidenced<F> fact, Optional<F> instead, long problems, boolean moved) {
        boolean holds() {
            return instead.isEmpty() && problems == 0 && !moved;
        }

        Withheld<F> withheld() {
            return new Withheld<>(fact, instead, problems, moved);
        }
    }

    /** What the database says of the sites at one moment. */
    private record Known(
            List<Status> statuses, Map<Scope, SiteRules> rules, Map<SiteId, LegalHold> held, Set<SiteId> scheduled) {}

    private List<Enforced<?>> all(Collection<ScopePath> paths) {
        List<ScopePath> domains = paths.stream()
                .filter(path -> path.leaf().level() == ScopeLevel.DOMAIN)
                .toList();
        Set<SiteId> sites =
                domains.stream().map(path -> new SiteId(path.leaf().id())).collect(Collectors.toSet());
        Known known = database.transaction(sql -> {
            SweepReport report = new SweepReport(sql);
            List<Status> statuses = report.statuses(sites);
            // After the statuses: a setting that changes in between makes a fact go, and never come too early.
            return new Known(
                    statuses,
                    SiteRules.resolve(settings, domains),
                    holds.active(),
                    schedule.isEmpty()
                            ? Set.of()
                            : report.sweptBySchedule(sites, clock.instant().minus(maxAge)));
        });
        // After them too, and not within the transaction: the panel may be slow or have a database of its own.
        Map<SiteId, List<LogStream>> streams =
                directory.logStreams(known.statuses().stream().map(Status::site).collect(Collectors.toSet()));
        List<Enforced<?>> all = new ArrayList<>();
        for (Status status : known.statuses()) {
            Scope scope = new Scope(ScopeLevel.DOMAIN, status.site().value());
            SiteRules rules = known.rules().get(scope);
            if (rules != null) {
                LogRules now = status.place().in(rules);
                boolean moved = !status.streams()
                        .equals(Streams.hash(streams.getOrDefault(status.site(), List.of()), status.place()));
                Cadence cadence = cadence(known.scheduled().contains(status.site()));
                Optional<LocalDate> held =
                        Optional.ofNullable(known.held().get(status.site())).map(LegalHold::lastDay);
                all.add(retention(status, scope, now.live(), held, cadence, moved));
                // Where nothing is kept, nothing is masked: closed files are deleted as they are. And what is masked in
                // backups is what is masked in live logs.
                if (!status.place().backup()
                        && !(status.rules().live() instanceof NoLogging)
                        && !(now.live() instanceof NoLogging)) {
                    all.add(masking(status, scope, now, rules.keys(), held, cadence, moved));
                }
            }
        }
        return all;
    }

    /** A schedule is stated where it is set and has worked; it may have been set a moment ago. */
    private Cadence cadence(boolean scheduled) {
        return schedule.filter(daily -> scheduled)
                .<Cadence>map(daily -> new Cadence.Daily(daily.times(), daily.zone()))
                .orElseGet(() -> new Cadence.ByHand(zone));
    }

    private Enforced<Retention> retention(
            Status status, Scope scope, RetentionRule now, Optional<LocalDate> held, Cadence cadence, boolean moved) {
        Retention followed = retention(status, status.rules().live(), status.held());
        Retention set = retention(status, now, held);
        return new Enforced<>(
                evidenced("retention", status, scope, followed, cadence),
                followed.equals(set) ? Optional.empty() : Optional.of(set),
                status.problems(),
                moved);
    }

    private Enforced<LogFormat> masking(
            Status status,
            Scope scope,
            LogRules now,
            RetentionRule keys,
            Optional<LocalDate> held,
            Cadence cadence,
            boolean moved) {
        LogFormat enforced = format(status, status.rules(), keyDays(status.keys(), status.held()));
        LogFormat set = format(status, now, keyDays(Optional.of(keys), held));
        return new Enforced<>(
                evidenced("masking", status, scope, enforced, cadence),
                enforced.equals(set) ? Optional.empty() : Optional.of(set),
                status.problems(),
                moved);
    }

    private <F extends Fact> Evidenced<F> evidenced(String name, Status status, Scope scope, F fact, Cadence cadence) {
        return new Evidenced<>(
                "logs." + name + "." + status.place(),
                provider,
                scope,
                fact,
                new Provenance.Enforced(status.receipt(), status.leafHash(), status.at(), maxAge, cadence));
    }

    private static Retention retention(Status status, RetentionRule rule, Optional<LocalDate> held) {
        return new Retention(
                KindSetting.word(status.place().kind()) + "-log",
                status.place().backup() ? Retention.Store.BACKUP : Retention.Store.LIVE,
                rule,
                Retention.Trigger.LINE,
                status.left().oldest().map(oldest -> Retention.age(oldest, status.at())),
                held);
    }

    private static LogFormat format(Status status, LogRules rules, Optional<Integer> keyDays) {
        LogKind kind = status.place().kind();
        boolean web = kind == LogKind.WEB_ACCESS || kind == LogKind.WEB_ERROR;
        MaskingPolicy policy = rules.masking();
        List<LogFormat.Treatment> others = Arrays.stream(PersonalField.values())
                .map(field ->
                        new LogFormat.Treatment(LogFormat.Datum.valueOf(field.name()), handling(policy.of(field))))
                .toList();
        return new LogFormat(
                kind,
                List.of(web ? "client-address" : "remote-address"),
                mode(policy.addresses()),
                LogFormat.Reach.valueOf(policy.scope().name()),
                others,
                policy.isKeyed() ? keyDays : Optional.empty(),
                rules.raw().hours(),
                unmasked(status));
    }

    private static Optional<LogFormat.Unmasked> unmasked(Status status) {
        Remains left = status.left();
        return left.oldestUnmasked()
                .filter(oldest -> left.unmasked() > 0)
                .map(oldest -> new LogFormat.Unmasked(
                        left.unmasked(), left.lines(), LogFormat.Unmasked.age(oldest, status.at())));
    }

    private static LogFormat.Handling handling(Handling handling) {
        return switch (handling) {
            case KEEP -> LogFormat.Handling.KEPT;
            case HASH -> LogFormat.Handling.HASHED;
            case CUT -> LogFormat.Handling.CUT;
            case DROP -> LogFormat.Handling.DROPPED;
        };
    }

    /** Empty when no end is known: a legal hold keeps them too, and may be prolonged. */
    private static Optional<Integer> keyDays(Optional<RetentionRule> keys, Optional<LocalDate> held) {
        if (held.isPresent() || keys.isEmpty()) {
            return Optional.empty();
        }
        if (keys.get() instanceof Days days) {
            return Optional.of(days.days());
        }
        return keys.get() instanceof NoLogging ? Optional.of(0) : Optional.empty();
    }

    private static IpMode mode(AddressMasking masking) {
        if (masking instanceof Truncate truncate) {
            return new IpMode.Truncated(truncate.ipv4Bits(), truncate.ipv6Bits());
        }
        if (masking instanceof Pseudonym pseudonym) {
            return new IpMode.Pseudonymised(pseudonym.scheme() == Pseudonym.Scheme.PREFIX);
        }
        return masking instanceof Remove ? new IpMode.Removed() : new IpMode.Full();
    }
}
