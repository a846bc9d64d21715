package dev.sparsam.web.internal;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.Entry;
import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.InclusionProof;
import dev.sparsam.ledger.Ledger;
import dev.sparsam.ledger.Verification;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.Tenant;
import dev.sparsam.web.internal.Answer.Crumb;
import dev.sparsam.web.internal.Answer.Raw;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Receipts: what was done, and the proof that the ledger has not been changed since. */
final class ReceiptPages {
    private static final int SIZE = 25;

    /** The order in which a reader wants to know; what is not named here comes after it, by name. */
    private static final List<String> ORDER = List.of(
            "files.deleted",
            "files.cut",
            "files.masked",
            "files.left",
            "streams.missing",
            "files.problems",
            "lines.deleted",
            "bytes.deleted",
            "addresses.masked",
            "accounts",
            "sweep",
            "setting",
            "before",
            "after",
            "effective.before",
            "effective.after");

    private final Services services;

    ReceiptPages(Services services) {
        this.services = services;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/receipts", Route.ANYONE, this::list),
                Route.get("/receipts/{index}", Route.ANYONE, this::receipt),
                Route.get("/receipts/{index}/proof.json", Route.ANYONE, this::proof),
                Route.get("/ledger/export", Route.PROVIDER, this::export),
                Route.post("/ledger/verify", Route.PROVIDER, this::verify));
    }

    /**
     * The list.
     *
     * @param rows the newest
     * @param older the address of the ones before
     * @param newest the address of the newest, when these are not
     * @param act what is filtered by
     * @param actWords the same in words
     * @param provider whether the whole ledger can be exported and checked
     * @param size how many receipts the newest checkpoint covers
     */
    record Model(
            List<Row> rows,
            Optional<String> older,
            Optional<String> newest,
            String act,
            String actWords,
            boolean provider,
            long size) {}

    /** A receipt in the list. */
    record Row(
            long index,
            String href,
            Words.Moment at,
            String act,
            String actWords,
            String subject,
            Optional<String> subjectHref,
            String actor,
            String counts) {}

    /**
     * A receipt.
     *
     * @param covered whether a checkpoint covers it yet
     */
    record One(
            Row row,
            List<Field> counts,
            List<Field> hashes,
            List<Field> values,
            List<Rule> rules,
            String canonical,
            String leafHash,
            boolean covered,
            boolean holds,
            boolean leafFits,
            boolean rootFits,
            boolean signatureFits,
            List<ProofCheck.Step> steps,
            long treeSize,
            String root,
            String note,
            String verifierKey,
            boolean provider) {}

    /** A named value. */
    record Field(String name, String value) {}

    /**
     * A rule that was followed.
     *
     * @param text in words
     * @param code as it stands in the receipt
     */
    record Rule(String text, String code) {}

    /**
     * The outcome of checking the whole ledger.
     *
     * @param intact whether everything fits
     * @param text the outcome in words
     * @param what what does not fit
     */
    record Checked(boolean intact, String text, String what) {}

    private Answer list(Visit visit) {
        Request request = visit.request();
        Optional<Long> before = request.query("before").matches("[0-9]{1,18}")
                ? Optional.of(Long.valueOf(request.query("before")))
                : Optional.empty();
        String act = request.query("act").matches("[a-z.-]{1,60}") ? request.query("act") : "";
        // One more than is shown tells whether there are older ones.
        List<Entry> found = services.ledger()
                .entries(new Ledger.Query(
                        act.isEmpty() ? Optional.empty() : Optional.of(act), subjects(visit), before, SIZE + 1));
        List<Entry> shown = found.subList(0, Math.min(SIZE, found.size()));
        UnaryOperator<String> who = services.actors().names(visit);
        List<Row> rows = shown.stream().map(entry -> row(visit, entry, who)).toList();
        Optional<String> older = found.size() > SIZE
                ? Optional.of(Paging.link(
                        "/receipts",
                        Map.of("act", act),
                        "before",
                        Long.toString(shown.get(SIZE - 1).index())))
                : Optional.empty();
        Model model = new Model(
                rows,
                older,
                before.map(any -> Paging.link("/receipts", Map.of(), "act", act)),
                act,
                visit.texts().find("act." + act, act),
                visit.isProvider(),
                services.ledger().latest().map(Checkpoint::size).orElse(0L));
        return Answer.Page.of("receipts", model, "receipts", visit.t("receipts.title"));
    }

    /** What the receipts in the list are about, as {@link #sees} says of a single one; empty for everything. */
    private static Optional<Set<String>> subjects(Visit visit) {
        if (visit.isProvider()) {
            return Optional.empty();
        }
        Set<String> subjects = new HashSet<>();
        visit.snapshot()
                .tree()
                .ifPresent(tree -> tree.tenants().stream()
                        .map(Tenant::scope)
                        .filter(visit::sees)
                        .forEach(scope -> subjects.add(scope.toString())));
        visit.visible().forEach(place -> subjects.add(place.site().scope().toString()));
        return Optional.of(subjects);
    }

    /**
     * The provider sees all receipts, others those about what they see; and those of sweeps from above about sites that
     * were found unchanged, which name none of them.
     */
    private static boolean sees(Visit visit, Entry entry) {
        if (visit.isProvider()) {
            return true;
        }
        try {
            Scope subject = Scope.parse(entry.receipt().subject());
            return visit.sees(subject)
                    || (entry.receipt().values().containsKey("unchanged") && isAbove(visit, subject));
        } catch (IllegalArgumentException e) {
            // A receipt about the whole installation has no scope as its subject.
            return false;
        }
    }

    private static boolean isAbove(Visit visit, Scope scope) {
        return visit.snapshot()
                .tree()
                .flatMap(tree -> tree.tenant(visit.principal().tenant()).flatMap(own -> tree.path(own.scope())))
                .filter(path -> path.contains(scope))
                .isPresent();
    }

    private static Row row(Visit visit, Entry entry, UnaryOperator<String> who) {
        String subject = entry.receipt().subject();
        Optional<String> href = Optional.empty();
        try {
            Scope scope = Scope.parse(subject);
            href = Words.link(visit, scope);
            subject = Words.scope(visit, scope);
        } catch (IllegalArgumentException e) {
            // Shown as it is.
            href = Optional.empty();
        }
        return new Row(
                entry.index(),
                "/receipts/" + entry.index(),
                Words.moment(visit, entry.at()),
                entry.receipt().act(),
                visit.texts().find("act." + entry.receipt().act(), ""),
                subject,
                href,
                who.apply(entry.receipt().actor()),
                // A zero is no news in a list; the receipt itself has it.
                inOrder(entry.receipt().counts())
                        .filter(count -> count.getValue() != 0)
                        .map(count -> visit.texts()
                                .find("count." + count.getKey(), count.getKey() + ": {0,number}", count.getValue()))
                        .collect(Collectors.joining(", ")));
    }

    private static <T> Stream<Map.Entry<String, T>> inOrder(Map<String, T> named) {
        return named.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, T>>comparingInt(
                                each -> ORDER.contains(each.getKey()) ? ORDER.indexOf(each.getKey()) : ORDER.size())
                        .thenComparing(Map.Entry.comparingByKey()));
    }

    private static List<Field> fields(Visit visit, Map<String, String> named) {
        Optional<Editable<?>> setting =
                Optional.ofNullable(named.get("setting")).flatMap(Editable::ofId);
        return inOrder(named)
                .map(each -> new Field(
                        visit.texts().find("value." + each.getKey(), each.getKey()),
                        inWords(visit, setting, each.getKey(), each.getValue())))
                .toList();
    }

    /** What a receipt of a changed setting says, as the setting's own page says it; the exact text stands below. */
    private static String inWords(Visit visit, Optional<Editable<?>> setting, String name, String value) {
        if (name.equals("unchanged")) {
            return visit.texts().find("unchanged." + value, value);
        }
        if (name.equals("event")) {
            return visit.texts().find("event." + value, value);
        }
        if (name.equals("setting")) {
            return setting.map(known -> visit.t("setting." + known.key())).orElse(value);
        }
        if (name.equals("role")) {
            return visit.texts().find("role." + value.replace('-', '_'), value);
        }
        boolean ofSetting = List.of("before", "after", "effective.before", "effective.after")
                .contains(name);
        return setting.filter(known -> ofSetting)
                .map(known -> known.say(visit.texts(), value))
                .orElse(value);
    }

    /** A setting with its value, as {@code logs.retention.live=7d}, is said as its page says it. */
    private static Rule rule(Visit visit, String rule) {
        int equals = rule.indexOf('=');
        String text = equals < 0
                ? rule
                : RuleWords.say(visit.texts(), rule.substring(0, equals), rule.substring(equals + 1))
                        .orElse(rule);
        return new Rule(text, rule);
    }

    private static String countName(Visit visit, String name) {
        return visit.texts().find("counted." + name, name);
    }

    private Entry entry(Visit visit) {
        return services.ledger()
                .entry(Visit.number(visit.values().get(0)))
                .filter(entry -> sees(visit, entry))
                .orElseThrow(PageException::notFound);
    }

    private Answer receipt(Visit visit) {
        Entry entry = entry(visit);
        Optional<Checkpoint> checkpoint = services.ledger().latest().filter(head -> head.size() > entry.index());
        String key = services.ledger().verifierKey();
        Optional<ProofCheck> check = checkpoint.map(
                head -> ProofCheck.of(entry, services.ledger().inclusion(entry.index(), head.size()), head, key));
        One model = new One(
                row(visit, entry, services.actors().names(visit)),
                inOrder(entry.receipt().counts())
                        .map(count -> new Field(
                                countName(visit, count.getKey()), visit.texts().number(count.getValue())))
                        .toList(),
                fields(visit, entry.receipt().hashes()),
                fields(visit, entry.receipt().values()),
                entry.receipt().rules().stream().map(rule -> rule(visit, rule)).toList(),
                entry.canonical(),
                entry.leafHash().toString(),
                checkpoint.isPresent(),
                check.filter(ProofCheck::holds).isPresent(),
                check.filter(ProofCheck::leafFits).isPresent(),
                check.filter(ProofCheck::rootFits).isPresent(),
                check.filter(ProofCheck::signatureFits).isPresent(),
                check.map(ProofCheck::steps).orElse(List.of()),
                checkpoint.map(Checkpoint::size).orElse(0L),
                checkpoint.map(head -> head.root().toString()).orElse(""),
                checkpoint.map(Checkpoint::note).orElse(""),
                key,
                visit.isProvider());
        return Answer.Page.of(
                "receipt",
                model,
                "receipts",
                visit.t("receipt.title", Long.toString(entry.index())),
                Crumb.of(visit.t("nav.receipts"), "/receipts"));
    }

    private Answer proof(Visit visit) {
        Entry entry = entry(visit);
        Checkpoint checkpoint = services.ledger()
                .latest()
                .filter(head -> head.size() > entry.index())
                .orElseThrow(PageException::notFound);
        InclusionProof proof = services.ledger().inclusion(entry.index(), checkpoint.size());
        String hashes = proof.hashes().stream()
                .map(Hash::toString)
                .map(ReceiptPages::quoted)
                .collect(Collectors.joining(","));
        String json = "{\"format\":\"sparsam-proof/1\",\"index\":" + entry.index()
                + ",\"entry\":" + quoted(entry.canonical())
                + ",\"leafHash\":" + quoted(entry.leafHash().toString())
                + ",\"inclusion\":{\"treeSize\":" + proof.treeSize() + ",\"hashes\":[" + hashes + "]}"
                + ",\"checkpoint\":" + quoted(checkpoint.note())
                + ",\"verifierKey\":" + quoted(services.ledger().verifierKey()) + "}\n";
        return new Raw(
                "application/json",
                Optional.of("receipt-" + entry.index() + ".json"),
                false,
                stream -> stream.write(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** A JSON string (RFC 8259 section 7). */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private Answer export(Visit visit) {
        return new Raw("application/jsonl", Optional.of("sparsam-ledger.jsonl"), false, services.ledger()::export);
    }

    private Answer verify(Visit visit) {
        Verification outcome = services.ledger().verify();
        Checked model;
        if (outcome instanceof Verification.Broken broken) {
            model = new Checked(false, visit.t("ledger.broken", Long.toString(broken.index())), broken.what());
        } else {
            Verification.Intact intact = (Verification.Intact) outcome;
            model = new Checked(true, visit.t("ledger.intact", intact.entries(), intact.checkpoints()), "");
        }
        return Answer.Page.of(
                "ledger", model, "receipts", visit.t("ledger.title"), Crumb.of(visit.t("nav.receipts"), "/receipts"));
    }
}
