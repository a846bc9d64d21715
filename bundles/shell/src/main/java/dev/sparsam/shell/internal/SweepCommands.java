package dev.sparsam.shell.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.Refusal;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.Sweeps;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.TenantTree;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Sweeps: plan, look, run. */
@Component(
        service = SweepCommands.class,
        property = {
            "osgi.command.scope=sweep",
            "osgi.command.function=plan",
            "osgi.command.function=show",
            "osgi.command.function=run",
            "osgi.command.function=discard",
            "osgi.command.function=list"
        })
public final class SweepCommands {
    private static final int PAGE = 500;

    private final Panel panel;
    private final Sweeps sweeps;

    /** Wires the services. */
    @Activate
    public SweepCommands(@Reference Panel panel, @Reference Sweeps sweeps) {
        this.panel = panel;
        this.sweeps = sweeps;
    }

    /** Plans a sweep and shows the preview. */
    @Descriptor("preview a sweep of a scope: each file, what would happen, why; changes nothing")
    public String plan(@Descriptor("domain, tenant id or label, or level/id") String scope)
            throws InterruptedException {
        TenantTree tree = panel.tree();
        long id = sweeps.plan(Panel.path(tree, scope).leaf(), Panel.operator(tree));
        await(id, State.PLANNING);
        return show(id) + "\n\nRun exactly this: sweep:run " + id;
    }

    /** Runs a planned sweep. */
    @Descriptor("run a planned sweep, exactly as previewed")
    public String run(@Descriptor("the sweep's number") long id) throws InterruptedException {
        TenantTree tree = panel.tree();
        sweeps.run(id, Panel.operator(tree)).ifPresent(refusal -> {
            throw new IllegalStateException(sentence(tree, id, refusal));
        });
        await(id, State.RUNNING);
        return show(id);
    }

    private static String sentence(TenantTree tree, long id, Refusal refusal) {
        String again = ": preview a new one with sweep:plan SCOPE";
        return "Sweep " + id
                + switch (refusal.reason()) {
                    case UNKNOWN -> " does not exist: sweep:list shows those that do";
                    case PLANNING ->
                        " is still being planned: wait until sweep:show " + id + " says that it is planned";
                    case RUNNING -> " is running already: sweep:show " + id + " tells how far it is";
                    case DONE -> " has been run already" + again;
                    case DISCARDED -> " has been discarded" + again;
                    case TOO_OLD -> " was planned more than a day ago" + again;
                    case OVERTAKEN ->
                        " does not follow the settings of "
                                + refusal.site()
                                        .map(site -> tree.site(site)
                                                .map(Site::domain)
                                                .orElse(site.value()))
                                        .orElse("a domain")
                                + " any more" + again;
                };
    }

    /** The console waits as long as the sweep takes; interrupting it leaves the sweep going. */
    private void await(long id, State state) throws InterruptedException {
        Progress progress = new Progress(System.out, state.name().toLowerCase(Locale.ROOT));
        while (true) {
            Sweep sweep = find(id);
            if (sweep.state() != state) {
                return;
            }
            progress.at(sweep.sitesDone(), sweep.sites());
            Thread.sleep(100);
        }
    }

    private Sweep find(long id) {
        return sweeps.sweep(id)
                .orElseThrow(() -> new IllegalArgumentException("There is no sweep " + id + "; sweep:list shows them"));
    }

    /** One sweep with its files. */
    @Descriptor("a sweep: each file, what is planned, why, and what became of it")
    public String show(@Descriptor("the sweep's number") long id) {
        Sweep sweep = find(id);
        TenantTree tree = panel.tree();
        StringBuilder text = new StringBuilder(head(tree, sweep)).append('\n');
        Table table =
                new Table("ACTION", "WHY", "OUTCOME", "NEWEST LINE", "OLDEST LINE", "ADDRESSES", "FILE", "DETAIL");
        int offset = 0;
        List<SweepFile> page;
        do {
            page = sweeps.files(id, FileFilter.ALL, offset, PAGE);
            for (SweepFile file : page) {
                table.row(
                        file.action().name().toLowerCase(Locale.ROOT),
                        file.reason().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        file.outcome() == FileOutcome.OPEN
                                ? ""
                                : file.outcome().name().toLowerCase(Locale.ROOT),
                        time(file.newest()),
                        time(file.oldest()),
                        file.addresses(),
                        file.path(),
                        notes(file));
            }
            offset += page.size();
        } while (page.size() == PAGE);
        text.append(table.or("No files."));
        Map<?, Long> receipts = sweeps.receipts(id);
        if (!receipts.isEmpty()) {
            text.append("\n\nReceipts: ")
                    .append(receipts.values().stream()
                            .sorted()
                            .map(Object::toString)
                            .toList())
                    .append("; receipt:show NUMBER proves one");
        }
        return text.toString();
    }

    private static String notes(SweepFile file) {
        return file.notes().stream()
                .map(note -> note.in(Locale.UK, ZoneOffset.UTC))
                .collect(Collectors.joining(". "));
    }

    private static String time(Optional<Instant> time) {
        return time.map(each -> each.truncatedTo(ChronoUnit.SECONDS).toString()).orElse("");
    }

    private static String head(TenantTree tree, Sweep sweep) {
        return "Sweep " + sweep.id() + " of "
                + tree.label(sweep.scope()).orElse(sweep.scope().toString()) + ": "
                + sweep.state().name().toLowerCase(Locale.ROOT) + ", " + sweep.sites() + " sites; "
                + sweep.planned().getOrDefault(FileAction.DELETE, 0L) + " files to delete, "
                + sweep.planned().getOrDefault(FileAction.MASK, 0L) + " to mask, "
                + sweep.planned().getOrDefault(FileAction.LEAVE, 0L) + " to leave; " + sweep.problems() + " problems";
    }

    /** Discards a plan. */
    @Descriptor("discard a sweep that is not running")
    public String discard(@Descriptor("the sweep's number") long id) {
        sweeps.discard(id, Panel.operator(panel.tree()));
        return head(panel.tree(), find(id));
    }

    /** The newest sweeps. */
    @Descriptor("the newest sweeps")
    public String list(
            @Descriptor("at most so many (default 20)") @Parameter(names = "--limit", absentValue = "20") int limit) {
        TenantTree tree = panel.tree();
        Table table = new Table("SWEEP", "WHEN", "WHO", "SCOPE", "STATE", "DELETE", "MASK", "LEAVE", "PROBLEMS");
        for (Sweep sweep : sweeps.recent(tree.provider().scope(), limit)) {
            table.row(
                    sweep.id(),
                    sweep.createdAt().truncatedTo(ChronoUnit.SECONDS),
                    sweep.by(),
                    sweep.scope(),
                    sweep.state().name().toLowerCase(Locale.ROOT),
                    sweep.planned().getOrDefault(FileAction.DELETE, 0L),
                    sweep.planned().getOrDefault(FileAction.MASK, 0L),
                    sweep.planned().getOrDefault(FileAction.LEAVE, 0L),
                    sweep.problems());
        }
        return table.or("No sweep yet. Preview one: sweep:plan SCOPE");
    }
}
