package dev.sparsam.logs.internal;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Fact;
import dev.sparsam.facts.FactSource;
import dev.sparsam.facts.LogFormat;
import dev.sparsam.facts.LogFormat.IpMode;
import dev.sparsam.facts.Provenance;
import dev.sparsam.facts.Retention;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.internal.SweepStore.Status;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the last sweep of each site enforced. A kind of log of which the sweep left something undone states nothing: what
 * is not wholly enforced is not a fact.
 */
final class LogFacts implements FactSource {
    private final Database database;
    private final String provider;
    private final Duration maxAge;

    LogFacts(Database database, String provider, Duration maxAge) {
        this.database = database;
        this.provider = provider;
        this.maxAge = maxAge;
    }

    @Override
    public List<Evidenced<?>> facts(Collection<ScopePath> paths) {
        List<Status> statuses = database.transaction(sql -> new SweepStore(sql).statuses(siteIds(paths)));
        List<Evidenced<?>> facts = new ArrayList<>();
        for (Status status : statuses) {
            if (status.problems() == 0) {
                facts.add(state("retention", status, retention(status)));
                facts.add(state("masking", status, format(status)));
            }
        }
        return facts;
    }

    private static Set<SiteId> siteIds(Collection<ScopePath> paths) {
        return paths.stream()
                .map(ScopePath::leaf)
                .filter(scope -> scope.level() == ScopeLevel.DOMAIN)
                .map(scope -> new SiteId(scope.id()))
                .collect(Collectors.toSet());
    }

    private <F extends Fact> Evidenced<F> state(String name, Status status, F fact) {
        return new Evidenced<>(
                "logs." + name + "." + status.kind(),
                provider,
                new Scope(ScopeLevel.DOMAIN, status.site().value()),
                fact,
                new Provenance.Enforced(status.receipt(), status.leafHash(), status.at(), maxAge));
    }

    private static Retention retention(Status status) {
        return new Retention(
                status.kind() == LogKind.WEB_ACCESS ? "web-access-log" : "web-error-log",
                Retention.Store.LIVE,
                status.retention(),
                Retention.Trigger.NEWEST_LINE,
                status.oldestLine().map(oldest -> wholeDays(oldest, status.at())));
    }

    /** Rounded up: a line that is seven days and an hour old has been kept for more than seven days. */
    private static int wholeDays(Instant from, Instant to) {
        long seconds = Math.max(0, Duration.between(from, to).toSeconds());
        return (int) ((seconds + 86_399) / 86_400);
    }

    private static LogFormat format(Status status) {
        IpMode mode = status.masking() instanceof Truncate truncate
                ? new IpMode.Truncated(truncate.ipv4Bits(), truncate.ipv6Bits())
                : new IpMode.Full();
        return new LogFormat(status.kind(), List.of("client-address"), mode);
    }
}
