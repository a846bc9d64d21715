package dev.sparsam.web.internal;

import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names for the ids in histories and receipts (see {@link dev.sparsam.panel.Principal#actor}). They stand there without
 * names, so that with an account its person is forgotten everywhere. Of an account outside of what somebody sees they
 * learn whose it is (the provider's, their reseller's), and not its login name.
 */
final class Actors {
    private static final Pattern ACTOR = Pattern.compile("(\\S+)(?: \\(by (\\S+)\\))?");

    private final Accounts accounts;

    Actors(Accounts accounts) {
        this.accounts = accounts;
    }

    /** Turns ids into names on one page; looks each account up once. */
    UnaryOperator<String> names(Visit visit) {
        Map<String, String> known = new HashMap<>();
        return actor -> {
            Matcher parts = ACTOR.matcher(actor);
            if (!parts.matches()) {
                return actor;
            }
            String name = known.computeIfAbsent(parts.group(1), id -> name(visit, id));
            return parts.group(2) == null
                    ? name
                    : visit.t("actor.by", name, known.computeIfAbsent(parts.group(2), id -> name(visit, id)));
        };
    }

    private String name(Visit visit, String id) {
        if (id.matches("user:[0-9]{1,18}")) {
            String number = id.substring("user:".length());
            return accounts.find(Long.parseLong(number))
                    .map(account -> name(visit, account))
                    .orElseGet(() -> visit.t("actor.gone", number));
        }
        return visit.texts().find("actor." + id.replace(':', '.').toLowerCase(Locale.ROOT), id);
    }

    private static String name(Visit visit, Account account) {
        ScopeLevel level = account.role() == Role.RESELLER ? ScopeLevel.RESELLER : ScopeLevel.CUSTOMER;
        boolean own = visit.isProvider()
                || account.tenant()
                        .filter(tenant -> visit.sees(new Scope(level, tenant.value())))
                        .isPresent();
        return own
                ? account.login()
                : visit.t("actor.role." + account.role().name().toLowerCase(Locale.ROOT));
    }
}
