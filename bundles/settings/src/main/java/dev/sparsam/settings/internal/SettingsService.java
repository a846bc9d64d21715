package dev.sparsam.settings.internal;

import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.TenantId;
import dev.sparsam.settings.ChangeGate;
import dev.sparsam.settings.ChangeGate.Decision;
import dev.sparsam.settings.ChangeGate.Proposal;
import dev.sparsam.settings.Limits;
import dev.sparsam.settings.Limits.Limit;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.ScopeRule;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.SettingType;
import dev.sparsam.settings.Settings;
import dev.sparsam.settings.Strictness;
import dev.sparsam.settings.internal.Resolver.Resolution;
import dev.sparsam.store.Database;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import dev.sparsam.store.Sql;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.FieldOption;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Settings kept in the database. */
@Component(immediate = true)
public final class SettingsService implements Settings {
    /** Up to so many scopes are named in a query; for more it is cheaper to read all rules of the setting. */
    private static final int NAMED_SCOPES = 1_000;

    private final Database database;
    private final ReceiptBook receipts;
    private final Clock clock;

    /** Gates come and go while the settings stay: a restart of the notice must not restart all who use settings. */
    @Reference(policy = ReferencePolicy.DYNAMIC, fieldOption = FieldOption.UPDATE)
    private final List<ChangeGate> gates;

    /** Settings come and go with the capabilities that define them. */
    @Reference(
            service = Setting.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            fieldOption = FieldOption.UPDATE)
    private final List<Setting<?>> known;

    /** Wires the service to its database. */
    @Activate
    public SettingsService(
            @Reference(target = "(" + Database.SCHEMA + "=dev.sparsam.settings)") Database database,
            @Reference ReceiptBook receipts) {
        this(database, receipts, List.of(), List.of(), Clock.systemUTC());
    }

    SettingsService(
            Database database, ReceiptBook receipts, List<ChangeGate> gates, List<Setting<?>> known, Clock clock) {
        this.database = database;
        this.receipts = receipts;
        this.gates = new CopyOnWriteArrayList<>(gates);
        this.known = new CopyOnWriteArrayList<>(known);
        this.clock = clock;
    }

    @Override
    public <T> Resolved<T> resolve(Setting<T> setting, ScopePath path) {
        Map<Scope, ScopeRule<T>> rules = database.transaction(sql -> rules(sql, setting, List.of(path)));
        return new Resolver<>(setting).resolve(path, lookup(rules));
    }

    @Override
    public <T> Map<Scope, Resolved<T>> resolveAll(Setting<T> setting, Collection<ScopePath> paths) {
        if (paths.isEmpty()) {
            return Map.of();
        }
        Map<Scope, ScopeRule<T>> rules = database.transaction(sql -> rules(sql, setting, paths));
        Resolver<T> resolver = new Resolver<>(setting);
        Map<Scope, Resolved<T>> resolved = new LinkedHashMap<>(paths.size() * 4 / 3 + 1);
        for (ScopePath path : paths) {
            resolved.put(path.leaf(), resolver.resolve(path, lookup(rules)));
        }
        return resolved;
    }

    @Override
    public Set<Setting<?>> said(Collection<Setting<?>> settings) {
        Set<String> ids = new HashSet<>(database.transaction(
                sql -> sql.query("select distinct setting from settings_rule", row -> row.text("setting"))));
        return settings.stream().filter(setting -> ids.contains(setting.id())).collect(Collectors.toSet());
    }

    private static <T> Function<Scope, ScopeRule<T>> lookup(Map<Scope, ScopeRule<T>> rules) {
        ScopeRule<T> none = ScopeRule.none();
        return scope -> rules.getOrDefault(scope, none);
    }

    private static <T> Map<Scope, ScopeRule<T>> rules(Sql sql, Setting<T> setting, Collection<ScopePath> paths) {
        Set<Scope> scopes = new LinkedHashSet<>();
        for (ScopePath path : paths) {
            if (scopes.size() > NAMED_SCOPES) {
                break;
            }
            scopes.addAll(path.scopes());
        }
        StringBuilder query = new StringBuilder("select * from settings_rule where setting = ?");
        List<Object> arguments = new ArrayList<>(List.of(setting.id()));
        if (scopes.size() <= NAMED_SCOPES) {
            query.append(scopes.stream().map(scope -> "?").collect(Collectors.joining(", ", " and scope in (", ")")));
            scopes.forEach(scope -> arguments.add(scope.toString()));
        }
        Map<Scope, ScopeRule<T>> rules = new HashMap<>();
        sql.each(
                query.toString(),
                row -> rules.put(Scope.parse(row.text("scope")), RuleText.read(setting, row)),
                arguments.toArray());
        return rules;
    }

    @Override
    public <T> Limits<T> limits(Setting<T> setting, ScopePath path) {
        Map<Scope, ScopeRule<T>> rules = database.transaction(sql -> rules(sql, setting, List.of(path)));
        return new Resolver<>(setting).resolution(path, lookup(rules)).limits();
    }

    @Override
    public <T> Outcome preview(Change<T> change) {
        return database.transaction(sql -> judge(sql, change).outcome());
    }

    @Override
    public <T> Outcome change(Change<T> change) {
        return database.transaction(sql -> {
            takeTurn(sql);
            Judgement<T> judgement = judge(sql, change);
            String by = change.by().actor();
            if (!(judgement.outcome() instanceof Outcome.Refused)) {
                supersede(sql, change, judgement.former(), by);
            }
            if (judgement.outcome() instanceof Outcome.Applied applied) {
                return judgement.former().equals(change.rule())
                        ? applied
                        : apply(sql, change, judgement.former(), by, applied);
            }
            if (judgement.outcome() instanceof Outcome.Waiting waiting) {
                return hold(sql, change, judgement.former(), by, waiting);
            }
            return judgement.outcome();
        });
    }

    private static void takeTurn(Sql sql) {
        sql.first("select id from settings_turn where id = 1 for update", row -> row.number("id"));
    }

    /** What becomes of a change, and what the scope says until then. */
    private record Judgement<T>(ScopeRule<T> former, Outcome outcome) {}

    private <T> Judgement<T> judge(Sql sql, Change<T> change) {
        Setting<T> setting = change.setting();
        SettingType<T> type = setting.type();
        Scope scope = change.path().leaf();
        Map<Scope, ScopeRule<T>> rules = rules(sql, setting, List.of(change.path()));
        ScopeRule<T> former = lookup(rules).apply(scope);
        Resolver<T> resolver = new Resolver<>(setting);
        Resolution<T> now = resolver.resolution(change.path(), lookup(rules));
        T before = now.resolved().value();
        rules.put(scope, change.rule());
        Resolution<T> then = resolver.resolution(change.path(), lookup(rules));
        T after = then.resolved().value();

        Optional<Outcome> refusal = refusal(change, former, then);
        if (refusal.isPresent()) {
            return new Judgement<>(former, refusal.get());
        }
        String beforeText = type.text().write(before);
        String afterText = type.text().write(after);
        if (type.relaxes(after, before) || loosens(type, now.below(), then.below())) {
            boolean effective = type.relaxes(after, before);
            Proposal proposal = new Proposal(
                    setting.id(),
                    scope,
                    effective ? beforeText : former.text(setting.type().text()),
                    effective ? afterText : change.rule().text(setting.type().text()));
            for (ChangeGate gate : gates) {
                if (gate.decide(proposal) instanceof Decision.Wait wait) {
                    return new Judgement<>(former, new Outcome.Waiting(wait.reason(), Optional.empty()));
                }
            }
        }
        return new Judgement<>(former, new Outcome.Applied(beforeText, afterText, Optional.empty()));
    }

    private static <T> Optional<Outcome> refusal(Change<T> change, ScopeRule<T> former, Resolution<T> then) {
        ScopeRule<T> rule = change.rule();
        SettingType<T> type = change.setting().type();
        Strictness<T> strictness = type.strictness();
        Limits<T> limits = then.limits();
        if (change.expected().isPresent() && !change.expected().get().equals(former)) {
            return refused(
                    Problem.CONFLICT,
                    Optional.empty(),
                    Optional.of(former.text(change.setting().type().text())));
        }
        if (limits.locked().isPresent() && !rule.isNone()) {
            return refused(Problem.LOCKED, limits.locked(), Optional.empty());
        }
        List<T> said = new ArrayList<>();
        rule.value().ifPresent(said::add);
        rule.strictest().ifPresent(said::add);
        rule.laxest().ifPresent(said::add);
        for (T value : said) {
            Optional<Limit<T>> ceiling = limits.ceiling().filter(limit -> type.relaxes(value, limit.value()));
            if (ceiling.isPresent()) {
                return refused(Problem.TOO_LAX, ceiling, type);
            }
            Optional<Limit<T>> floor = limits.floor().filter(limit -> type.relaxes(limit.value(), value));
            if (floor.isPresent()) {
                return refused(Problem.TOO_STRICT, floor, type);
            }
        }
        T after = then.resolved().value();
        boolean inOrder = rule.strictest()
                        .map(strictest ->
                                strictness.atLeast(strictest, rule.laxest().orElse(after)))
                        .orElse(true)
                && rule.strictest()
                        .map(strictest -> strictness.atLeast(strictest, after))
                        .orElse(true)
                && rule.laxest()
                        .map(laxest -> strictness.atLeast(after, laxest))
                        .orElse(true);
        if (!inOrder) {
            return refused(
                    Problem.CONTRADICTION,
                    Optional.empty(),
                    Optional.of(type.text().write(after)));
        }
        boolean relaxesInherited = rule.value()
                .map(value -> type.relaxes(value, inherited(change, then)))
                .orElse(false);
        boolean newlyRelaxable = rule.relaxable() && !former.relaxable();
        boolean says = !rule.equals(former);
        if (says && change.reason().isBlank() && (relaxesInherited || newlyRelaxable)) {
            return refused(Problem.REASON_MISSING, Optional.empty(), Optional.empty());
        }
        return Optional.empty();
    }

    private static <T> T inherited(Change<T> change, Resolution<T> then) {
        List<Resolved.Step<T>> steps = then.resolved().steps();
        return steps.size() == 1
                ? change.setting().builtIn()
                : steps.get(steps.size() - 2).effective();
    }

    private static Optional<Outcome> refused(Problem problem, Optional<Scope> by, Optional<String> limit) {
        return Optional.of(new Outcome.Refused(problem, by, limit));
    }

    private static <T> Optional<Outcome> refused(Problem problem, Optional<Limit<T>> limit, SettingType<T> type) {
        return refused(
                problem, limit.map(Limit::by), limit.map(found -> type.text().write(found.value())));
    }

    /**
     * Whether a scope below may become laxer by this change, even where the scope's own effective value does not: what is
     * stored there is not known here, so it is enough that it could. A new lock sets stricter values aside, an opened one
     * brings laxer ones back; a higher ceiling lets them in; a higher floor lifts stricter ones.
     */
    private static <T> boolean loosens(SettingType<T> type, Limits<T> before, Limits<T> after) {
        boolean lock = !before.locked().equals(after.locked());
        boolean ceiling = before.ceiling().isPresent()
                && after.ceiling()
                        .map(limit -> type.relaxes(
                                limit.value(), before.ceiling().get().value()))
                        .orElse(true);
        boolean floor = after.floor()
                .map(limit -> before.floor()
                        .map(former -> type.relaxes(limit.value(), former.value()))
                        .orElse(true))
                .orElse(false);
        return lock || ceiling || floor;
    }

    private <T> Outcome apply(Sql sql, Change<T> change, ScopeRule<T> former, String by, Outcome.Applied applied) {
        Setting<T> setting = change.setting();
        String scope = change.path().leaf().toString();
        sql.update("delete from settings_rule where setting = ? and scope = ?", setting.id(), scope);
        if (!change.rule().isNone()) {
            sql.update(
                    "insert into settings_rule (setting, scope, own_value, locked, strictest, laxest, relaxable)"
                            + " values (?, ?, ?, ?, ?, ?, ?)",
                    join(List.of(setting.id(), scope), RuleText.columns(setting, change.rule())));
        }
        String before = former.text(setting.type().text());
        String after = change.rule().text(setting.type().text());
        remember(sql, by, change.reason(), scope, setting.id(), before, after, "applied");
        long receipt = receipts.append(Receipt.of("settings.change", scope, by)
                .withValues(Map.of(
                        "setting", setting.id(),
                        "before", before,
                        "after", after,
                        "effective.before", applied.before(),
                        "effective.after", applied.after())));
        return new Outcome.Applied(applied.before(), applied.after(), Optional.of(receipt));
    }

    private <T> Outcome hold(Sql sql, Change<T> change, ScopeRule<T> former, String by, Outcome.Waiting waiting) {
        Setting<T> setting = change.setting();
        String scope = change.path().leaf().toString();
        long id = sql.insert(
                "insert into settings_pending (since, actor, reason, path, scope, setting, waits_for,"
                        + " own_value, locked, strictest, laxest, relaxable) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                join(
                        List.of(now(), by, change.reason(), path(change.path()), scope, setting.id(), waiting.reason()),
                        RuleText.columns(setting, change.rule())));
        remember(
                sql,
                by,
                change.reason(),
                scope,
                setting.id(),
                former.text(setting.type().text()),
                change.rule().text(setting.type().text()),
                "waiting");
        return new Outcome.Waiting(waiting.reason(), Optional.of(id));
    }

    /** What waits at a scope was decided before this change: when the gate opens, it must not take this one back. */
    private <T> void supersede(Sql sql, Change<T> change, ScopeRule<T> former, String by) {
        Setting<T> setting = change.setting();
        String scope = change.path().leaf().toString();
        List<String> wanted = sql.query(
                "select * from settings_pending where setting = ? and scope = ? order by id",
                RuleText::line,
                setting.id(),
                scope);
        sql.update("delete from settings_pending where setting = ? and scope = ?", setting.id(), scope);
        String holds = former.text(setting.type().text());
        for (String rule : wanted) {
            remember(sql, by, change.reason(), scope, setting.id(), rule, holds, "superseded");
        }
    }

    private void remember(
            Sql sql,
            String by,
            String reason,
            String scope,
            String setting,
            String before,
            String after,
            String event) {
        sql.update(
                "insert into settings_history (at, actor, reason, scope, setting, before, after, event)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                now(),
                by,
                reason.strip(),
                scope,
                setting,
                before,
                after,
                event);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public List<HistoryEntry> history(Scope scope, Setting<?> setting, int limit) {
        return database.transaction(sql -> sql.query(
                "select * from settings_history where scope = ? and setting = ? order by id desc limit ?",
                row -> new HistoryEntry(
                        row.instant("at"),
                        row.text("actor"),
                        row.text("reason"),
                        Scope.parse(row.text("scope")),
                        row.text("setting"),
                        row.text("before"),
                        row.text("after"),
                        row.text("event")),
                scope.toString(),
                setting.id(),
                limit));
    }

    @Override
    public List<Pending> pending(Setting<?> setting) {
        return database.transaction(sql -> waiting(sql, setting).stream()
                .map(waiting -> waiting.pending(setting))
                .toList());
    }

    @Override
    public boolean withdraw(long pendingId, Principal by, String reason) {
        return database.transaction(sql -> {
            takeTurn(sql);
            record Withdrawn(String scope, String setting, String wanted) {}
            Optional<Withdrawn> row = sql.first(
                    "select * from settings_pending where id = ?",
                    found -> new Withdrawn(found.text("scope"), found.text("setting"), RuleText.line(found)),
                    pendingId);
            if (row.isEmpty()) {
                return false;
            }
            sql.update("delete from settings_pending where id = ?", pendingId);
            Withdrawn withdrawn = row.get();
            String holds = sql.first(
                            "select * from settings_rule where scope = ? and setting = ?",
                            RuleText::line,
                            withdrawn.scope(),
                            withdrawn.setting())
                    .orElse(ScopeRule.NOTHING);
            remember(
                    sql,
                    by.actor(),
                    reason,
                    withdrawn.scope(),
                    withdrawn.setting(),
                    withdrawn.wanted(),
                    holds,
                    "withdrawn");
            return true;
        });
    }

    @Override
    public int applyDue() {
        if (gates.isEmpty()) {
            // What a gate held, only a gate lets through: it may be away just while its bundle is updated.
            return 0;
        }
        int applied = 0;
        for (Setting<?> setting : known) {
            applied += database.transaction(sql -> applyDue(sql, setting));
        }
        return applied;
    }

    private <T> int applyDue(Sql sql, Setting<T> setting) {
        int applied = 0;
        takeTurn(sql);
        for (Waiting<T> waiting : waiting(sql, setting)) {
            Change<T> change = waiting.change(setting);
            Judgement<T> judgement = judge(sql, change);
            if (judgement.outcome() instanceof Outcome.Waiting) {
                continue;
            }
            sql.update("delete from settings_pending where id = ?", waiting.id());
            if (judgement.outcome() instanceof Outcome.Applied now) {
                apply(sql, change, judgement.former(), waiting.actor(), now);
                applied++;
            } else {
                // Overtaken by a change further up: it must not wait for ever, and must not vanish unseen.
                remember(
                        sql,
                        waiting.actor(),
                        waiting.reason(),
                        change.path().leaf().toString(),
                        setting.id(),
                        judgement.former().text(setting.type().text()),
                        change.rule().text(setting.type().text()),
                        "refused");
            }
        }
        return applied;
    }

    /** A row of settings_pending. */
    private record Waiting<T>(
            long id, Instant since, String actor, String reason, ScopePath path, ScopeRule<T> rule, String waitsFor) {
        Change<T> change(Setting<T> setting) {
            // Who is told of in histories is the actor; the principal of back then is not kept. Nothing is expected:
            // the scope has not changed since, because every change of it would have superseded this one.
            Principal by =
                    Principal.system("gate", new TenantId(path.scopes().get(0).id()));
            return new Change<>(setting, path, rule, by, reason, Optional.empty());
        }

        Pending pending(Setting<?> setting) {
            @SuppressWarnings("unchecked") // the row was read with this very setting
            Setting<T> own = (Setting<T>) setting;
            return new Pending(
                    id, since, actor, reason, path.leaf(), rule.text(own.type().text()), waitsFor);
        }
    }

    private static <T> List<Waiting<T>> waiting(Sql sql, Setting<T> setting) {
        return sql.query(
                "select * from settings_pending where setting = ? order by id",
                row -> new Waiting<>(
                        row.number("id"),
                        row.instant("since"),
                        row.text("actor"),
                        row.text("reason"),
                        path(row.text("path")),
                        RuleText.read(setting, row),
                        row.text("waits_for")),
                setting.id());
    }

    private static String path(ScopePath path) {
        return path.scopes().stream().map(Scope::toString).collect(Collectors.joining(" "));
    }

    private static ScopePath path(String text) {
        return new ScopePath(
                Arrays.stream(text.split(" ", -1)).map(Scope::parse).toList());
    }

    private static Object[] join(List<?> first, List<?> second) {
        List<Object> all = new ArrayList<>(first);
        all.addAll(second);
        return all.toArray();
    }
}
