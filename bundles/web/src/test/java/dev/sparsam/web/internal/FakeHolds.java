package dev.sparsam.web.internal;

import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.store.Receipt;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Legal holds in memory, as the service describes them. */
final class FakeHolds implements LegalHolds {
    private final Supplier<TenantTree> tree;
    private final FakeLedger ledger;
    private final Clock clock;
    private final List<LegalHold> holds = new ArrayList<>();

    FakeHolds(Supplier<TenantTree> tree, FakeLedger ledger, Clock clock) {
        this.tree = tree;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    @Override
    public Optional<Objection> place(SiteId site, String reason, String person, LocalDate lastDay, Principal by) {
        if (tree.get().site(site).isEmpty()) {
            return Optional.of(Objection.NO_SITE);
        }
        if (reason.isBlank() || person.isBlank()) {
            return Optional.of(Objection.MISSING);
        }
        if (reason.length() > MAX_TEXT || person.length() > MAX_TEXT) {
            return Optional.of(Objection.TOO_LONG);
        }
        if (lastDay.isBefore(today())) {
            return Optional.of(Objection.OVER);
        }
        if (lastDay.isAfter(today().plusDays(MAX_DAYS))) {
            return Optional.of(Objection.TOO_FAR);
        }
        end(site, by.actor());
        holds.add(new LegalHold(site, reason, person, lastDay, clock.instant(), by.actor(), Optional.empty(), ""));
        receipt(site, by, Map.of("event", "placed", "until", lastDay.toString()));
        return Optional.empty();
    }

    private void receipt(SiteId site, Principal by, Map<String, String> values) {
        ledger.append(Receipt.of("logs.hold", "domain/" + site, by.actor()).withValues(values));
    }

    private void end(SiteId site, String actor) {
        holds.replaceAll(hold -> hold.site().equals(site) && hold.ended().isEmpty()
                ? new LegalHold(
                        site,
                        hold.reason(),
                        hold.person(),
                        hold.lastDay(),
                        hold.placedAt(),
                        hold.placedBy(),
                        Optional.of(clock.instant()),
                        actor)
                : hold);
    }

    @Override
    public boolean lift(SiteId site, Principal by) {
        boolean held = active().containsKey(site);
        if (held) {
            end(site, by.actor());
            receipt(site, by, Map.of("event", "lifted"));
        }
        return held;
    }

    @Override
    public Map<SiteId, LegalHold> active() {
        Map<SiteId, LegalHold> active = new HashMap<>();
        holds.stream()
                .filter(hold -> hold.ended().isEmpty() && !hold.lastDay().isBefore(today()))
                .forEach(hold -> active.put(hold.site(), hold));
        return active;
    }

    @Override
    public Map<SiteId, LegalHold> active(Collection<SiteId> sites) {
        Map<SiteId, LegalHold> active = active();
        active.keySet().retainAll(sites);
        return active;
    }

    @Override
    public List<LegalHold> history(SiteId site) {
        List<LegalHold> history = new ArrayList<>(
                holds.stream().filter(hold -> hold.site().equals(site)).toList());
        Collections.reverse(history);
        return history;
    }
}
