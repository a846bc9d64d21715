package dev.sparsam.shell.internal;

import dev.sparsam.logs.Handling;
import dev.sparsam.logs.KindSetting;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.PersonalField;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.settings.Limits.Limit;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.Resolved.Step;
import dev.sparsam.settings.Retentions;
import dev.sparsam.settings.ScopeRule;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.SettingType;
import dev.sparsam.settings.Settings;
import dev.sparsam.settings.Settings.Change;
import dev.sparsam.settings.Settings.HistoryEntry;
import dev.sparsam.settings.Settings.Outcome;
import dev.sparsam.settings.Settings.Outcome.Applied;
import dev.sparsam.settings.Settings.Outcome.Refused;
import dev.sparsam.settings.Settings.Outcome.Waiting;
import dev.sparsam.settings.Settings.Pending;
import dev.sparsam.settings.Settings.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
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
    /** What a value of a setting is called, where it is not what is done with a field. */
    private static final Map<SettingType<?>, String> KINDS = Map.of(
            Retentions.TYPE,
            "retention",
            LogSettings.MASKING.type(),
            "masking",
            LogSettings.RAW.all().type(),
            "raw",
            LogSettings.SCOPE.all().type(),
            "scope");

    /** What an annotation can say of the names: they are those of the settings, as a test sees to. */
    private static final String NAMES = "retention, retention.backup, raw, masking, scope, user, email, token, query,"
            + " referrer, agent, device or keys; all but keys also for one kind of logs: mail.retention.live, ssh.user";

    private final Panel panel;
    private final Settings settings;
    /** Always shown with what each scope says. */
    private static final Set<Setting<?>> USUAL = Set.of(LogSettings.RETENTION.live(), LogSettings.MASKING);

    private final Map<String, Setting<?>> known = new LinkedHashMap<>();

    /** Wires the services. */
    @Activate
    public SettingCommands(@Reference Panel panel, @Reference Settings settings) {
        this.panel = panel;
        this.settings = settings;
        // As in the settings' ids, without what they all begin with: retention.backup, user, mail.user. The one that is
        // set most has a shorter name.
        known.put("retention", LogSettings.RETENTION.live());
        for (Setting<?> setting : LogSettings.all()) {
            known.put(setting.id().substring("logs.".length()), setting);
        }
        known.remove("retention.live");
    }

    private Setting<?> setting(String name) {
        Setting<?> setting = known.get(name);
        if (setting == null) {
            throw new Refusal("setting.unknown", name, String.join(", ", known.keySet()));
        }
        return setting;
    }

    /** Effective values with their paths. */
    @Descriptor("the effective values of a scope, and what each scope above says")
    public String show(CommandSession session, @Descriptor(Panel.SCOPE) String scope) {
        Texts texts = Texts.of(session);
        TenantTree tree = panel.tree();
        ScopePath path = Panel.path(tree, scope);
        // Where nobody has said anything, a line is enough; of a kind of logs not even that: it adds nothing.
        Set<Setting<?>> said = settings.said(known.values());
        StringBuilder text = new StringBuilder();
        Table others = texts.table("setting.builtin.head");
        known.forEach((name, setting) -> {
            if (said.contains(setting) || USUAL.contains(setting)) {
                text.append(text.isEmpty() ? "" : "\n\n").append(show(texts, tree, path, name, setting));
            } else if (!ofOneKind(name)) {
                others.row(name, builtIn(setting));
            }
        });
        return text + "\n\n" + others;
    }

    private static boolean ofOneKind(String name) {
        return Arrays.stream(LogKind.values()).anyMatch(kind -> name.startsWith(KindSetting.word(kind) + "."));
    }

    private static <T> String builtIn(Setting<T> setting) {
        return setting.type().text().write(setting.builtIn());
    }

    private <T> String show(Texts texts, TenantTree tree, ScopePath path, String name, Setting<T> setting) {
        Resolved<T> resolved = settings.resolve(setting, path);
        Table table = texts.table("setting.show.head");
        table.row(texts.text("source.builtIn"), setting.type().text().write(setting.builtIn()), "", "");
        for (Step<T> step : resolved.steps()) {
            table.row(
                    step.scope() + " " + tree.label(step.scope()).orElse(""),
                    rule(texts, setting, step.rule()),
                    texts.word(step.verdict()),
                    setting.type().text().write(step.effective()));
        }
        return name + ": " + setting.type().text().write(resolved.value()) + " ("
                + SiteCommands.source(texts, tree, resolved) + ")\n" + table;
    }

    private static <T> String rule(Texts texts, Setting<T> setting, ScopeRule<T> rule) {
        List<String> parts = new ArrayList<>();
        parts.add(rule.value().map(setting.type().text()::write).orElseGet(() -> texts.text("rule.inherit")));
        if (rule.lock()) {
            parts.add(texts.text("rule.locked"));
        }
        rule.strictest()
                .ifPresent(bound -> parts.add(
                        texts.text("rule.strictest", setting.type().text().write(bound))));
        rule.laxest()
                .ifPresent(bound -> parts.add(
                        texts.text("rule.laxest", setting.type().text().write(bound))));
        if (rule.relaxable()) {
            parts.add(texts.text("rule.relaxable"));
        }
        return String.join(", ", parts);
    }

    /** Sets a value. */
    @Descriptor("set a value: retention 7d, no-logging or forever; masking truncate/24/48 or keep")
    public String set(
            CommandSession session,
            @Descriptor("why; needed where the value is less strict than the one above")
                    @Parameter(names = "--reason", absentValue = "")
                    String reason,
            @Descriptor("repeat the word forever or keep: it is asked twice")
                    @Parameter(names = "--confirm", absentValue = "")
                    String confirm,
            @Descriptor("show what would happen, change nothing")
                    @Parameter(names = "--dry-run", presentValue = "true", absentValue = "false")
                    boolean dryRun,
            @Descriptor(Panel.SCOPE) String scope,
            @Descriptor(NAMES) String name,
            @Descriptor("the value") String value) {
        return set(session, name, setting(name), scope, value, reason, confirm, dryRun);
    }

    private <T> String set(
            CommandSession session,
            String name,
            Setting<T> setting,
            String scope,
            String text,
            String reason,
            String confirm,
            boolean dryRun) {
        T value = value(name, setting, text);
        if (!dryRun) {
            askTwice(setting, value, confirm);
        }
        return change(session, setting, scope, rule -> rule.withValue(Optional.of(value)), reason, dryRun);
    }

    /** What takes away all protection is said twice, for a scope itself and for those below it. */
    private static <T> void askTwice(Setting<T> setting, T value, String confirm) {
        String word = setting.type().text().write(value);
        if ((word.equals("forever") || word.equals("keep")) && !confirm.equals(word)) {
            throw new Refusal("setting.confirm." + word);
        }
    }

    static <T> T value(String name, Setting<T> setting, String text) {
        try {
            return setting.type().parse().read(text);
        } catch (IllegalArgumentException e) {
            String kind = KINDS.getOrDefault(setting.type(), "field");
            throw new Refusal("setting.value." + kind, text, kind.equals("field") ? choices(name) : "");
        }
    }

    /** What can be done with a field: the last word of a setting's name. */
    private static String choices(String name) {
        String word = name.substring(name.lastIndexOf('.') + 1);
        return Stream.of(PersonalField.values())
                .filter(field -> field.toString().equals(word))
                .flatMap(field -> field.choices().stream())
                .map(Handling::toString)
                .collect(Collectors.joining(", "));
    }

    /** Takes a scope's own value back. */
    @Descriptor("take the scope's own value back; it inherits again")
    public String reset(
            CommandSession session,
            @Descriptor("why") @Parameter(names = "--reason", absentValue = "") String reason,
            @Descriptor(Panel.SCOPE) String scope,
            @Descriptor(NAMES) String name) {
        return reset(session, setting(name), scope, reason);
    }

    private <T> String reset(CommandSession session, Setting<T> setting, String scope, String reason) {
        TenantTree tree = panel.tree();
        ScopePath path = Panel.path(tree, scope);
        Resolved<T> now = settings.resolve(setting, path);
        boolean waits = settings.pending(setting).stream()
                .anyMatch(pending -> pending.scope().equals(path.leaf()));
        if (now.own().rule().value().isEmpty() && !waits) {
            Texts texts = Texts.of(session);
            return texts.text(
                    "setting.nothing",
                    tree.label(path.leaf()).orElse(path.leaf().toString()),
                    setting.type().text().write(now.value()),
                    SiteCommands.source(texts, tree, now));
        }
        return change(session, setting, scope, rule -> rule.withValue(Optional.empty()), reason, false);
    }

    /** Locks a setting for the scopes below. */
    @Descriptor("no scope below may have a value of its own")
    public String lock(
            CommandSession session,
            @Descriptor("why") @Parameter(names = "--reason", absentValue = "") String reason,
            @Descriptor(Panel.TENANT_SCOPE) String scope,
            @Descriptor(NAMES) String name) {
        return change(session, setting(name), scope, rule -> locked(rule, true), reason, false);
    }

    /** Takes a lock back. */
    @Descriptor("take a lock back")
    public String unlock(
            CommandSession session,
            @Descriptor("why") @Parameter(names = "--reason", absentValue = "") String reason,
            @Descriptor(Panel.TENANT_SCOPE) String scope,
            @Descriptor(NAMES) String name) {
        return change(session, setting(name), scope, rule -> locked(rule, false), reason, false);
    }

    private static <T> ScopeRule<T> locked(ScopeRule<T> rule, boolean lock) {
        return new ScopeRule<>(rule.value(), lock, rule.strictest(), rule.laxest(), rule.relaxable());
    }

    /** Bounds what scopes below may say. */
    @Descriptor("bound what scopes below may say; without options the bounds are taken back")
    public String bound(
            CommandSession session,
            @Descriptor("the strictest value allowed below") @Parameter(names = "--strictest", absentValue = "")
                    String strictest,
            @Descriptor("the least strict value allowed below; lets scopes below relax up to it")
                    @Parameter(names = "--laxest", absentValue = "")
                    String laxest,
            @Descriptor("why; needed with --laxest") @Parameter(names = "--reason", absentValue = "") String reason,
            @Descriptor("repeat the word forever or keep: it is asked twice")
                    @Parameter(names = "--confirm", absentValue = "")
                    String confirm,
            @Descriptor(Panel.TENANT_SCOPE) String scope,
            @Descriptor(NAMES) String name) {
        return bound(session, name, setting(name), scope, strictest, laxest, reason, confirm);
    }

    private <T> String bound(
            CommandSession session,
            String name,
            Setting<T> setting,
            String scope,
            String strictest,
            String laxest,
            String reason,
            String confirm) {
        Optional<T> lower =
                Optional.of(strictest).filter(text -> !text.isEmpty()).map(text -> value(name, setting, text));
        Optional<T> upper = Optional.of(laxest).filter(text -> !text.isEmpty()).map(text -> value(name, setting, text));
        upper.ifPresent(value -> askTwice(setting, value, confirm));
        return change(
                session,
                setting,
                scope,
                rule -> new ScopeRule<>(rule.value(), rule.lock(), lower, upper, upper.isPresent()),
                reason,
                false);
    }

    private <T> String change(
            CommandSession session,
            Setting<T> setting,
            String scope,
            UnaryOperator<ScopeRule<T>> with,
            String reason,
            boolean dryRun) {
        TenantTree tree = panel.tree();
        ScopePath path = Panel.path(tree, scope);
        ScopeRule<T> now = settings.resolve(setting, path).own().rule();
        Change<T> change = new Change<>(setting, path, with.apply(now), Panel.operator(tree), reason, Optional.of(now));
        Outcome outcome = dryRun ? settings.preview(change) : settings.change(change);
        if (outcome instanceof Refused refused && refused.problem() == Problem.TOO_LAX) {
            Optional<Limit<T>> limit = settings.limits(setting, path).ceiling().filter(Limit::builtIn);
            if (limit.isPresent()) {
                throw new Refusal(
                        "setting.refused.TOO_LAX.builtIn",
                        name(tree, refused),
                        refused.limit().orElse(""),
                        name(setting));
            }
        }
        return say(Texts.of(session), tree, path.leaf(), outcome, dryRun);
    }

    private String name(Setting<?> setting) {
        return known.entrySet().stream()
                .filter(entry -> entry.getValue().equals(setting))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static String name(TenantTree tree, Refused refused) {
        return refused.by()
                .map(above -> above + " " + tree.label(above).orElse(""))
                .orElse("");
    }

    private static String say(Texts texts, TenantTree tree, Scope scope, Outcome outcome, boolean dryRun) {
        String name = tree.label(scope).orElse(scope.toString());
        String tense = dryRun ? "would" : "did";
        if (outcome instanceof Applied applied) {
            String change = applied.before().equals(applied.after())
                    ? texts.text("setting.stays", applied.after())
                    : texts.text("setting.becomes", applied.before(), applied.after());
            return texts.text("setting." + tense + ".apply", name, change)
                    + applied.receipt()
                            .map(receipt -> " " + texts.text("setting.receipt", receipt))
                            .orElse("");
        }
        if (outcome instanceof Waiting waiting) {
            return texts.text("setting." + tense + ".wait", waiting.reason())
                    + waiting.pendingId()
                            .map(id -> " " + texts.text("setting.pending", id))
                            .orElse("");
        }
        Refused refused = (Refused) outcome;
        throw new Refusal(
                "setting.refused." + refused.problem().name(),
                name(tree, refused),
                refused.limit().orElse(""));
    }

    /** The history of a scope's settings. */
    @Descriptor("who changed a scope's settings, when and why")
    public String history(CommandSession session, @Descriptor(Panel.SCOPE) String scope) {
        ScopePath path = Panel.path(panel.tree(), scope);
        Texts texts = Texts.of(session);
        Table table = texts.table("setting.history.head");
        for (Setting<?> setting : known.values()) {
            for (HistoryEntry entry : settings.history(path.leaf(), setting, 50)) {
                table.row(
                        Texts.time(entry.at()),
                        entry.by(),
                        entry.settingId(),
                        texts.word("Event", entry.event()),
                        entry.before(),
                        entry.after(),
                        entry.reason());
            }
        }
        return table.or(texts.text("setting.history.none"));
    }

    /** Changes that wait. */
    @Descriptor("changes that wait for a notice to be in force")
    public String pending(CommandSession session) {
        Texts texts = Texts.of(session);
        Table table = texts.table("setting.pending.head");
        for (Setting<?> setting : known.values()) {
            for (Pending pending : settings.pending(setting)) {
                table.row(
                        pending.id(),
                        Texts.time(pending.since()),
                        pending.by(),
                        pending.scope(),
                        pending.wanted(),
                        pending.waitsFor());
            }
        }
        return table.or(texts.text("setting.pending.none"));
    }
}
