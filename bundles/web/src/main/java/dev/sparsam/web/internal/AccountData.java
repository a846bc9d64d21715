package dev.sparsam.web.internal;

import dev.sparsam.facts.PersonalDataSource.DataRecord;
import dev.sparsam.facts.PersonalDataSource.Erasure;
import dev.sparsam.facts.Subject;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.TenantId;
import dev.sparsam.store.Database;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The personal data in accounts. A tenant's are those of all its accounts. */
final class AccountData {
    private static final String ACCOUNTS = "web.accounts";
    private static final String SESSIONS = "web.sessions";

    private final Accounts accounts;
    private final Database database;

    AccountData(Accounts accounts, Database database) {
        this.accounts = accounts;
        this.database = database;
    }

    List<String> categories() {
        return List.of(ACCOUNTS, SESSIONS);
    }

    List<DataRecord> export(Subject subject) {
        List<DataRecord> records = new ArrayList<>();
        for (Account account : accounts.ofSubject(subject)) {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("number", Long.toString(account.number()));
            fields.put("login", account.login());
            fields.put("role", account.role().name());
            fields.put("tenant", account.tenant().map(TenantId::value).orElse(""));
            fields.put("language", account.language().orElse(""));
            fields.put("oneTimePassword", Boolean.toString(account.mustChange()));
            fields.put("disabled", Boolean.toString(account.disabled()));
            fields.put("restricted", Boolean.toString(account.restricted()));
            fields.put("createdAt", account.createdAt().toString());
            records.add(new DataRecord(ACCOUNTS, fields));
            records.addAll(database.transaction(sql -> sql.query(
                    "select created_at, seen_at from web_session where login = ? order by created_at",
                    row -> new DataRecord(
                            SESSIONS,
                            Map.of(
                                    "login",
                                    account.login(),
                                    "createdAt",
                                    row.instant("created_at").toString(),
                                    "seenAt",
                                    row.instant("seen_at").toString())),
                    account.login())));
        }
        return records;
    }

    Erasure erase(Subject subject, Principal by) {
        int erased = 0;
        List<String> kept = new ArrayList<>();
        for (Account account : accounts.ofSubject(subject)) {
            if (accounts.erase(account, by)) {
                erased++;
                kept.add("Receipts and histories of what account " + account.number()
                        + " did: they prove what was done (GDPR Art. 5(2), Art. 17(3)(e)), and nothing says any more"
                        + " whose account it was");
            } else {
                kept.add("Account " + account.login()
                        + ": no other account of the provider could log in; add one first");
            }
        }
        return new Erasure(erased, kept);
    }

    boolean restrict(Subject subject, boolean restricted, Principal by) {
        boolean any = false;
        for (Account account : accounts.ofSubject(subject)) {
            any |= accounts.restrict(account, restricted, by);
        }
        return any;
    }
}
