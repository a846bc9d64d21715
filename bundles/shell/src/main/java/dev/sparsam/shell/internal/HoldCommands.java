package dev.sparsam.shell.internal;

import dev.sparsam.ledger.Ledger;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantTree;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Legal holds: place, lift, look. */
@Component(
        service = HoldCommands.class,
        property = {
            "osgi.command.scope=hold",
            "osgi.command.function=place",
            "osgi.command.function=lift",
            "osgi.command.function=list"
        })
public final class HoldCommands {
    private final Panel panel;
    private final LegalHolds holds;
    private final Ledger ledger;

    /** Wires the services. */
    @Activate
    public HoldCommands(@Reference Panel panel, @Reference LegalHolds holds, @Reference Ledger ledger) {
        this.panel = panel;
        this.holds = holds;
        this.ledger = ledger;
    }

    /** Places a hold. */
    @Descriptor("keep the logs of a domain from being deleted, also in backups; replaces a legal hold that it has")
    public String place(
            CommandSession session,
            @Descriptor("the last day on which it holds, such as 2027-01-31; must be given")
                    @Parameter(names = "--until", absentValue = "")
                    String until,
            @Descriptor("why, such as the file number of a court; must be given")
                    @Parameter(names = "--reason", absentValue = "")
                    String reason,
            @Descriptor("who asked for it or answers for it; must be given")
                    @Parameter(names = "--person", absentValue = "")
                    String person,
            @Descriptor("the domain") String domain) {
        TenantTree tree = panel.tree();
        Site site = site(tree, domain);
        if (until.isBlank()) {
            throw new Refusal("hold.missing", "--until");
        }
        if (reason.isBlank()) {
            throw new Refusal("hold.missing", "--reason");
        }
        if (person.isBlank()) {
            throw new Refusal("hold.missing", "--person");
        }
        LocalDate lastDay = day(until);
        holds.place(site.id(), reason, person, lastDay, Panel.operator(tree)).ifPresent(refusal -> {
            throw switch (refusal) {
                case NO_SITE -> new Refusal("scope.unknown", domain);
                case MISSING -> new Refusal("hold.missing", "--reason, --person");
                case TOO_LONG -> new Refusal("hold.long", LegalHolds.MAX_TEXT);
                case OVER -> new Refusal("hold.over", lastDay);
                case TOO_FAR -> new Refusal("hold.far", lastDay, LegalHolds.MAX_DAYS);
            };
        });
        Texts texts = Texts.of(session);
        return texts.text("hold.placed", site.domain(), lastDay) + receipt(texts, site.scope());
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text.strip());
        } catch (DateTimeException e) {
            throw new Refusal("hold.day", text);
        }
    }

    /** The domain that is meant. */
    private static Site site(TenantTree tree, String domain) {
        Scope scope = Panel.path(tree, domain).leaf();
        return Optional.of(scope)
                .filter(found -> found.level() == ScopeLevel.DOMAIN)
                .flatMap(found -> tree.site(new SiteId(found.id())))
                .orElseThrow(() -> new Refusal("hold.domain", scope));
    }

    private String receipt(Texts texts, Scope scope) {
        return ledger
                .entries(new Ledger.Query(
                        Optional.of(LegalHolds.ACT), Optional.of(Set.of(scope.toString())), Optional.empty(), 1))
                .stream()
                .map(entry -> " " + texts.text("setting.receipt", entry.index()))
                .findFirst()
                .orElse("");
    }

    /** Lifts a hold. */
    @Descriptor("lift the legal hold of a domain; the next sweep deletes what is due")
    public String lift(CommandSession session, @Descriptor("the domain") String domain) {
        TenantTree tree = panel.tree();
        Site site = site(tree, domain);
        if (!holds.lift(site.id(), Panel.operator(tree))) {
            throw new Refusal("hold.notHeld", site.domain());
        }
        Texts texts = Texts.of(session);
        return texts.text("hold.lifted", site.domain()) + receipt(texts, site.scope());
    }

    /** The holds that hold. */
    @Descriptor("the legal holds that hold now, the one that ends first at the top")
    public String list(CommandSession session) {
        return table(Texts.of(session), panel.tree(), holds.active().values(), holds.today());
    }

    static String table(Texts texts, TenantTree tree, Collection<LegalHold> active, LocalDate today) {
        Table table = texts.table("hold.list.head");
        active.stream()
                .sorted(Comparator.comparing(LegalHold::lastDay).thenComparing(LegalHold::site))
                .forEach(hold -> {
                    long left = Math.max(0, ChronoUnit.DAYS.between(today, hold.lastDay()));
                    table.row(
                            tree.site(hold.site())
                                    .map(Site::domain)
                                    .orElse(hold.site().value()),
                            hold.lastDay(),
                            left <= LegalHolds.SOON_DAYS ? texts.text("hold.soon", left) : "",
                            hold.reason(),
                            hold.person(),
                            Texts.time(hold.placedAt()),
                            hold.placedBy());
                });
        return table.or(texts.text("hold.none"));
    }
}
