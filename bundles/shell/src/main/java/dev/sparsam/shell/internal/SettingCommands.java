package dev.sparsam.shell.internal;

import dev.sparsam.logs.LogSettings;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.Resolved.Step;
import dev.sparsam.settings.ScopeRule;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.Settings;
import dev.sparsam.settings.Settings.Change;
import dev.sparsam.settings.Settings.HistoryEntry;
import dev.sparsam.settings.Settings.Outcome;
import dev.sparsam.settings.Settings.Outcome.Applied;
import dev.sparsam.settings.Settings.Outcome.Refused;
import dev.sparsam.settings.Settings.Outcome.Waiting;
import dev.sparsam.settings.Settings.Pending;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Settings of a scope. */
@Component(
        service = SettingCommands.class,
        property = {
            "osgi.command.scope=setting",
            "osgi.command.function=show",
            "osgi.command.function=set",
            "osgi.command.function=reset",
            "osgi.command.function=lock",
            "osgi.command.function=unlock",
            "osgi.command.function=bound",
            "osgi.command.function=history",
            "osgi.command.function=pending"
        })
public final class SettingCommands {
    private final Panel panel;
    private final Settings settings;
    private final Map<String, Setting<?>> known = new LinkedHashMap<>();

    /** Wires the services. */
    @Activate
    public SettingCommands(@Reference Panel panel, @Reference Settings settings) {
        this.panel = panel;
        this.settings = settings;
        known.put("retention", LogSettings.RETENTION.live());
        known.put("masking", LogSettings.MASKING);
    }

    private Setting<?> setting(String name) {
        Setting<?> setting = known.get(name);
        if (setting == null) {
            throw new IllegalArgumentException(
                    "There is no setting \"" + name + "\": write one of " + String.join(", ", known.keySet()));
        }
        return setting;
    }

    /** Effective values with their paths. */
    @Descriptor("the effective values of a scope, and what each scope above says")
    public String show(@Descriptor("domain, tenant id or label, or level/id") String scope) {
        TenantTree tree = panel.tree();
        ScopePath path = Panel.path(tree, scope);
        StringBuilder text = new StringBuilder();
        known.forEach(
                (name, setting) -> text.append(text.isEmpty() ? "" : "\n\n").append(show(tree, path, name, setting)));
        return text.toString();
    }

    private <T> String show(TenantTree tree, ScopePath path, String name, Setting<T> setting) {
        Resolved<T> resolved = settings.resolve(setting, path);
        Table table = new Table("SCOPE", "SAYS", "VERDICT", "EFFECTIVE");
        table.row("built in", setting.type().text().write(setting.builtIn()), "", "");
        for (Step<T> step : resolved.steps()) {
            table.row(
                    step.scope() + " " + tree.label(step.scope()).orElse(""),
                    step.rule().text(setting.type()),
                    step.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    setting.type().text().write(step.effective()));
        }
        return name + ": " + setting.type().text().write(resolved.value()) + " (" + SiteCommands.source(tree, resolved)
                + ")\n" + table;
    }

    /** Sets a value. */
    @Descriptor("set a value: retention 7d, no-logging or forever; masking truncate/24/48 or keep")
    public String set(
            @Descriptor("why; needed where the value is less strict than the one above")
                    @Parameter(names = "--reason", absentValue = "")
                    String reason,
            @Descriptor("repeat the word forever or keep: it is asked twice")
                    @Parameter(names = "--confirm", absentValue = "")
                    String confirm,
            @Descriptor("show what would happen, change nothing")
                    @Parameter(names = "--dry-run", presentValue = "true", absentValue = "false")
                    boolean dryRun,
            @Descriptor("domain, tenant id or label, or level/id") String scope,
            @Descriptor("retention or masking") String name,
            @Descriptor("the value") String value) {
        return set(setting(name), scope, value, reason, confirm, dryRun);
    }

    private <T> String set(
            Setting<T> setting, String scope, String text, String reason, String confirm, boolean dryRun) {
        T value = setting.type().parse().read(text);
        String word = setting.type().text().write(value);
        if ((word.equals("forever") || word.equals("keep")) && !confirm.equals(word)) {
            String meaning = word.equals("forever")
                    ? "log files would never be deleted"
                    : "the addresses of visitors would stay in the log files";
            return "Nothing changed: with \"" + word + "\" " + meaning + ". If that is meant, repeat the command with"
                    + " --confirm " + word;
        }
        return change(setting, scope, rule -> rule.withValue(Optional.of(value)), reason, dryRun);
    }

    /** Takes a scope's own value back. */
    @Descriptor("take the scope's own value back; it inherits again")
    public String reset(
            @Descriptor("why") @Parameter(names = "--reason", absentValue = "") String reason,
            @Descriptor("domain, tenant id or label, or level/id") String scope,
            @Descriptor("retention or masking") String name) {
        return change(setting(name), scope, rule -> rule.withValue(Optional.empty()), reason, false);
    }

    /** Locks a setting for the scopes below. */
    @Descriptor("no scope below may have a value of its own")
    public String lock(
            @Descriptor("why") @Parameter(names = "--reason", absentValue = "") String reason,
            @Descriptor("tenant id or label, or level/id") String scope,
            @Descriptor("retention or masking") String name) {
        return change(setting(name), scope, rule -> locked(rule, true), reason, false);
    }

    /** Takes a lock back. */
    @Descriptor("take a lock back")
    public String unlock(
            @Descriptor("why") @Parameter(names = "--reason", absentValue = "") String reason,
            @Descriptor("tenant id or label, or level/id") String scope,
            @Descriptor("retention or masking") String name) {
        return change(setting(name), scope, rule -> locked(rule, false), reason, false);
    }

    private static <T> ScopeRule<T> locked(ScopeRule<T> rule, boolean lock) {
        return new ScopeRule<>(rule.value(), lock, rule.strictest(), rule.laxest(), rule.relaxable());
    }

    /** Bounds what scopes below may say. */
    @Descriptor("bound what scopes below may say; without options the bounds are taken back")
    public String bound(
            @Descriptor("the strictest value allowed below") @Parameter(names = "--strictest", absentValue = "")
                    String strictest,
            @Descriptor("the least strict value allowed below; lets scopes below relax up to it")
                    @Parameter(names = "--laxest", absentValue = "")
                    String laxest,
            @Descriptor("why; needed with --laxest") @Parameter(names = "--reason", absentValue = "") String reason,
            @Descriptor("tenant id or label, or level/id") String scope,
            @Descriptor("retention or masking") String name) {
        return bound(setting(name), scope, strictest, laxest, reason);
    }

    private <T> String bound(Setting<T> setting, String scope, String strictest, String laxest, String reason) {
        Optional<T> lower = Optional.of(strictest)
                .filter(text -> !text.isEmpty())
                .map(setting.type().parse()::read);
        Optional<T> upper = Optional.of(laxest)
                .filter(text -> !text.isEmpty())
                .map(setting.type().parse()::read);
        return change(
                setting,
                scope,
                rule -> new ScopeRule<>(rule.value(), rule.lock(), lower, upper, upper.isPresent()),
                reason,
                false);
    }

    private <T> String change(
            Setting<T> setting, String scope, UnaryOperator<ScopeRule<T>> with, String reason, boolean dryRun) {
        TenantTree tree = panel.tree();
        ScopePath path = Panel.path(tree, scope);
        ScopeRule<T> now = settings.resolve(setting, path).own().rule();
        Change<T> change = new Change<>(setting, path, with.apply(now), Panel.operator(tree), reason, Optional.of(now));
        Outcome outcome = dryRun ? settings.preview(change) : settings.change(change);
        return say(tree, path.leaf(), outcome, dryRun);
    }

    private static String say(TenantTree tree, Scope scope, Outcome outcome, boolean dryRun) {
        String name = tree.label(scope).orElse(scope.toString());
        if (outcome instanceof Applied applied) {
            String change = applied.before().equals(applied.after())
                    ? "effective value stays " + applied.after()
                    : applied.before() + " becomes " + applied.after();
            return (dryRun ? "Would apply: " : "Applied: ") + name + ": " + change
                    + applied.receipt()
                            .map(receipt -> " (receipt " + receipt + ")")
                            .orElse("");
        }
        if (outcome instanceof Waiting waiting) {
            return (dryRun ? "Would wait: " : "Waits: ")
                    + waiting.reason()
                    + waiting.pendingId().map(id -> " (change " + id + ")").orElse("");
        }
        Refused refused = (Refused) outcome;
        String by = refused.by()
                .map(above -> above + " " + tree.label(above).orElse(""))
                .orElse("");
        String limit = refused.limit().orElse("");
        throw new IllegalArgumentException("Refused: "
                + switch (refused.problem()) {
                    case LOCKED -> "the setting is locked by " + by;
                    case TOO_STRICT -> by + " allows nothing stricter than " + limit;
                    case TOO_LAX -> by + " allows nothing less strict than " + limit;
                    case REASON_MISSING -> "a change that relaxes needs a reason: add --reason \"…\"";
                    case CONFLICT -> "somebody else has just changed it to " + limit + "; look and try again";
                    case CONTRADICTION -> "value and bounds exclude each other; the value would be " + limit;
                });
    }

    /** The history of a scope's settings. */
    @Descriptor("who changed a scope's settings, when and why")
    public String history(@Descriptor("domain, tenant id or label, or level/id") String scope) {
        ScopePath path = Panel.path(panel.tree(), scope);
        Table table = new Table("WHEN", "WHO", "SETTING", "EVENT", "BEFORE", "AFTER", "WHY");
        for (Setting<?> setting : known.values()) {
            for (HistoryEntry entry : settings.history(path.leaf(), setting, 50)) {
                table.row(
                        entry.at().truncatedTo(ChronoUnit.SECONDS),
                        entry.by(),
                        entry.settingId(),
                        entry.event(),
                        entry.before(),
                        entry.after(),
                        entry.reason());
            }
        }
        return table.or("No change yet.");
    }

    /** Changes that wait. */
    @Descriptor("changes that wait for a notice to be in force")
    public String pending() {
        Table table = new Table("CHANGE", "SINCE", "WHO", "SCOPE", "WANTED", "WAITS FOR");
        for (Setting<?> setting : known.values()) {
            for (Pending pending : settings.pending(setting)) {
                table.row(
                        pending.id(),
                        pending.since().truncatedTo(ChronoUnit.SECONDS),
                        pending.by(),
                        pending.scope(),
                        pending.wanted(),
                        pending.waitsFor());
            }
        }
        return table.or("Nothing waits.");
    }
}
