package dev.sparsam.logs.internal;

import dev.sparsam.logs.LineOrigin;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.panel.spi.TenantTrees;
import dev.sparsam.settings.Settings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the settings say of the lines of a domain, remembered for a moment. Those of all domains in use are asked for
 * together: the number of queries does not depend on how many there are. Thread-safe.
 */
final class SitePolicies {
    /** How old an answer of the settings may be. */
    static final Duration RULES_AGE = Duration.ofSeconds(2);
    /** How old an answer of the panel may be. */
    static final Duration PANEL_AGE = Duration.ofSeconds(10);
    /** So long after it was asked for last, a domain is no longer in use. */
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final Settings settings;
    private final TenantDirectory tenants;
    private final SiteDirectory sites;
    private final Clock clock;

    private Map<String, ScopePath> domains = Map.of();
    private Set<ScopePath> paths = Set.of();
    private Instant panelRead = Instant.MIN;
    /** How old the panel's answer must be when it is asked for a domain that it did not name. */
    private Duration strangersAge = RULES_AGE;

    private final Map<ScopePath, Used> used = new HashMap<>();
    private Instant rulesRead = Instant.MIN;
    private Set<SiteRules> everywhere = Set.of();
    private Instant everywhereRead = Instant.MIN;
    private Duration everywhereAge = RULES_AGE;
    private final Map<Optional<LogKind>, MaskingPolicy> unknown = new HashMap<>();

    SitePolicies(Settings settings, TenantDirectory tenants, SiteDirectory sites, Clock clock) {
        this.settings = settings;
        this.tenants = tenants;
        this.sites = sites;
        this.clock = clock;
    }

    /**
     * What holds for lines.
     *
     * @param masking what is masked
     * @param site whose keys hashes are made with; empty when nothing is hashed, because nobody knows the domain
     * @param keys how long these are kept
     */
    record Policy(MaskingPolicy masking, Optional<SiteId> site, RetentionRule keys) {}

    private record Used(SiteRules rules, Instant asked) {}

    synchronized Policy of(LineOrigin origin) {
        Instant now = clock.instant();
        if (isOlder(panelRead, PANEL_AGE, now)) {
            now = readPanel(now);
        }
        if (isOlder(rulesRead, RULES_AGE, now)) {
            readRules(now);
        }
        Optional<ScopePath> site = origin.domain().map(domains::get);
        if (site.isEmpty() && origin.domain().isPresent() && isOlder(panelRead, strangersAge, now)) {
            // It may have come a moment ago.
            now = readPanel(now);
            site = origin.domain().map(domains::get);
        }
        if (site.isEmpty()) {
            return new Policy(unknown(origin.kind(), now), Optional.empty(), LogSettings.KEYS.builtIn());
        }
        SiteRules rules = rules(site.get(), now);
        return new Policy(
                masking(rules, origin.kind()),
                Optional.of(new SiteId(site.get().leaf().id())),
                rules.keys());
    }

    /** Of all domains and the provider: what is asked for as seldom as it costs, as strangers may send as many lines as they like. */
    private MaskingPolicy unknown(Optional<LogKind> kind, Instant now) {
        if (isOlder(everywhereRead, everywhereAge, now)) {
            long begun = System.nanoTime();
            everywhere =
                    Set.copyOf(SiteRules.resolve(settings, List.copyOf(paths)).values());
            unknown.clear();
            everywhereRead = now;
            Duration age = Duration.ofNanos(100 * (System.nanoTime() - begun));
            everywhereAge = age.compareTo(RULES_AGE) < 0 ? RULES_AGE : age.compareTo(IDLE) < 0 ? age : IDLE;
        }
        return unknown.computeIfAbsent(
                kind,
                any -> UnknownHosts.masking(everywhere.stream()
                        .flatMap(rules -> kind.map(known -> Stream.of(rules.of(known)))
                                .orElseGet(() -> rules.kinds().values().stream()))
                        .map(LogRules::masking)));
    }

    private static boolean isOlder(Instant read, Duration age, Instant now) {
        // A clock that was set back has said nothing of the time since.
        return read.equals(Instant.MIN) || read.plus(age).isBefore(now) || read.isAfter(now);
    }

    /** @return when it has been read, which may take a while */
    private Instant readPanel(Instant begun) {
        Optional<TenantTree> tree = TenantTrees.read(tenants, sites);
        Map<String, ScopePath> byDomain = new HashMap<>();
        tree.ifPresent(known -> {
            for (Site site : known.sites()) {
                byDomain.putIfAbsent(site.domain(), known.path(site));
            }
        });
        domains = byDomain;
        paths = new HashSet<>(byDomain.values());
        tree.ifPresent(known -> paths.add(ScopePath.of(known.provider().scope())));
        panelRead = clock.instant();
        // Strangers name as many domains that nobody knows as they like.
        Duration age = Duration.between(begun, panelRead).multipliedBy(10);
        strangersAge = age.compareTo(RULES_AGE) < 0 ? RULES_AGE : age.compareTo(PANEL_AGE) < 0 ? age : PANEL_AGE;
        return panelRead;
    }

    private void readRules(Instant now) {
        used.values().removeIf(one -> isOlder(one.asked, IDLE, now));
        // A site that has moved to another customer is reached by another path now.
        used.keySet().retainAll(paths);
        List<ScopePath> inUse = List.copyOf(used.keySet());
        Map<Scope, SiteRules> rules = SiteRules.resolve(settings, inUse);
        for (ScopePath path : inUse) {
            used.computeIfPresent(
                    path, (any, one) -> new Used(Objects.requireNonNull(rules.get(path.leaf())), one.asked));
        }
        rulesRead = now;
    }

    private SiteRules rules(ScopePath path, Instant now) {
        Used one = used.get(path);
        SiteRules rules = one == null
                ? Objects.requireNonNull(
                        SiteRules.resolve(settings, List.of(path)).get(path.leaf()))
                : one.rules;
        used.put(path, new Used(rules, now));
        return rules;
    }

    private static MaskingPolicy masking(SiteRules rules, Optional<LogKind> kind) {
        return kind.map(known -> rules.of(known).masking())
                .orElseGet(() -> rules.kinds().values().stream()
                        .map(LogRules::masking)
                        .reduce(MaskingPolicy.DEFAULT, UnknownHosts::stricter));
    }
}
