package dev.sparsam.shell.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileFilter;
import dev.sparsam.logs.FileOutcome;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.logs.Sweeps;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.TenantTree;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
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
    public String plan(CommandSession session, @Descriptor(Panel.SCOPE) String scope) throws InterruptedException {
        TenantTree tree = panel.tree();
        Texts texts = Texts.of(session);
        long id = sweeps.plan(Panel.path(tree, scope).leaf(), Panel.operator(tree));
        await(texts, id, State.PLANNING);
        return shown(texts, id, false) + "\n\n" + texts.text("sweep.run", id);
    }

    /** Runs a planned sweep. */
    @Descriptor("run a planned sweep, exactly as previewed; exit status 3 when files could not be handled")
    public String run(CommandSession session, @Descriptor("the sweep's number") long id) throws InterruptedException {
        TenantTree tree = panel.tree();
        sweeps.run(id, Panel.operator(tree)).ifPresent(refused -> {
            String domain = refused.site()
                    .map(site -> tree.site(site).map(Site::domain).orElse(site.value()))
                    .orElse("");
            throw new Refusal("sweep.refused." + refused.reason().name(), id, domain);
        });
        Texts texts = Texts.of(session);
        await(texts, id, State.RUNNING);
        long problems = find(id).problems();
        if (problems > 0) {
            System.err.println(texts.text("sweep.incomplete", id, problems));
            GogoSession.incomplete(session);
        }
        return shown(texts, id, false);
    }

    /** The console waits as long as the sweep takes; interrupting it leaves the sweep going. */
    private void await(Texts texts, long id, State state) throws InterruptedException {
        Progress progress =
                new Progress(System.out, (done, of) -> texts.text("sweep.progress", texts.word(state), done, of));
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
        return sweeps.sweep(id).orElseThrow(() -> new Refusal("sweep.unknown", id));
    }

    /** One sweep with its files. */
    @Descriptor("a sweep: each file, what is planned, why, and what became of it")
    public String show(
            CommandSession session,
            @Descriptor("only what needs attention: files and folders that cannot or could not be handled")
                    @Parameter(names = "--problems", presentValue = "true", absentValue = "false")
                    boolean problems,
            @Descriptor("the sweep's number") long id) {
        return shown(Texts.of(session), id, problems);
    }

    private String shown(Texts texts, long id, boolean problems) {
        Sweep sweep = find(id);
        FileFilter filter = problems ? FileFilter.ALL.onlyProblems() : FileFilter.ALL;
        StringBuilder text = new StringBuilder(head(texts, sweep)).append('\n');
        Table table = texts.table("sweep.files.head");
        int offset = 0;
        List<SweepFile> page;
        do {
            page = sweeps.files(id, filter, offset, PAGE);
            for (SweepFile file : page) {
                table.row(
                        texts.word(file.action()),
                        texts.word(file.reason()),
                        file.outcome() == FileOutcome.OPEN ? "" : texts.word(file.outcome()),
                        time(file.newest()),
                        time(file.oldest()),
                        file.addresses(),
                        file.path(),
                        notes(texts, file));
            }
            offset += page.size();
        } while (page.size() == PAGE);
        text.append(table.or(texts.text(problems ? "sweep.problems.none" : "sweep.files.none")));
        Map<?, Long> receipts = problems ? Map.of() : sweeps.receipts(id);
        if (!receipts.isEmpty()) {
            text.append("\n\n")
                    .append(texts.text(
                            "sweep.receipts",
                            receipts.values().stream()
                                    // Sites that were found as they were have one together.
                                    .distinct()
                                    .sorted()
                                    .map(Object::toString)
                                    .toList()));
        }
        return text.toString();
    }

    private static String notes(Texts texts, SweepFile file) {
        Locale language = texts.language().equals("en") ? Locale.UK : Locale.forLanguageTag(texts.language());
        return file.notes().stream()
                .map(note -> note.in(language, ZoneOffset.UTC))
                .collect(Collectors.joining(". "));
    }

    private static String time(Optional<Instant> time) {
        return time.map(Texts::time).orElse("");
    }

    private String head(Texts texts, Sweep sweep) {
        return head(
                texts, panel.tree().label(sweep.scope()).orElse(sweep.scope().toString()), sweep);
    }

    /** What a sweep is about to do, or has done. */
    static String head(Texts texts, String scope, Sweep sweep) {
        return texts.text(
                sweep.state() == State.DONE ? "sweep.done" : "sweep.head",
                sweep.id(),
                scope,
                state(texts, sweep),
                sweep.sites(),
                number(sweep, FileAction.DELETE),
                number(sweep, FileAction.MASK),
                sweep.unchanged(),
                sweep.problems(),
                sweep.missing(),
                number(sweep, FileAction.CUT));
    }

    /** While it is busy, with how far it is. */
    static String state(Texts texts, Sweep sweep) {
        String state = texts.word(sweep.state());
        if (sweep.state() == State.PLANNING && sweep.sites() == 0) {
            return texts.text("sweep.preparing", state);
        }
        return sweep.state() == State.PLANNING || sweep.state() == State.RUNNING
                ? texts.text("sweep.busy", state, sweep.sitesDone(), sweep.sites())
                : state;
    }

    private static long number(Sweep sweep, FileAction action) {
        return sweep.numbers().getOrDefault(action, 0L);
    }

    /** Discards a plan. */
    @Descriptor("discard a sweep that is not running")
    public String discard(CommandSession session, @Descriptor("the sweep's number") long id) {
        sweeps.discard(id, Panel.operator(panel.tree()));
        Sweep sweep = find(id);
        if (sweep.state() != State.DISCARDED) {
            throw new Refusal("sweep.notDiscarded", id);
        }
        return head(Texts.of(session), sweep);
    }

    /** The newest sweeps. */
    @Descriptor("the newest sweeps")
    public String list(
            CommandSession session,
            @Descriptor("at most so many (default 20)") @Parameter(names = "--limit", absentValue = "20") int limit,
            @Descriptor("all of them, however many there are")
                    @Parameter(names = "--all", presentValue = "true", absentValue = "false")
                    boolean all) {
        Texts texts = Texts.of(session);
        Table table = texts.table("sweep.list.head");
        // One more than is shown tells whether there are more.
        int wanted = all ? Integer.MAX_VALUE - 1 : Texts.checkedLimit(limit);
        List<Sweep> found = sweeps.recent(panel.tree().provider().scope(), wanted + 1);
        if (found.size() > wanted) {
            texts.tellMore(wanted);
        }
        for (Sweep sweep : found.subList(0, Math.min(wanted, found.size()))) {
            table.row(
                    sweep.id(),
                    Texts.time(sweep.createdAt()),
                    sweep.by(),
                    sweep.scope(),
                    state(texts, sweep),
                    number(sweep, FileAction.DELETE),
                    number(sweep, FileAction.CUT),
                    number(sweep, FileAction.MASK),
                    sweep.unchanged(),
                    sweep.problems());
        }
        return table.or(texts.text("sweep.none"));
    }
}
