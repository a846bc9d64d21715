package dev.sparsam.web.internal;

import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the account with which everything starts, beside the start of everything else: hashing takes its time. The
 * password is in its file before the account is in the database, so a kill in between leaves nobody without a way in.
 */
final class FirstAccounts {
    private static final Logger LOG = LoggerFactory.getLogger(FirstAccounts.class);
    private static final String ADMIN = "admin";
    private static final int PAUSE_MILLIS = 500;

    private final Accounts accounts;
    private final OneTimeFiles files;
    private final boolean samples;
    private final Supplier<Optional<TenantTree>> tree;
    private final Thread thread;
    private volatile boolean done;

    FirstAccounts(Accounts accounts, OneTimeFiles files, boolean samples, Supplier<Optional<TenantTree>> tree) {
        this.accounts = accounts;
        this.files = files;
        this.samples = samples;
        this.tree = tree;
        this.thread = new Thread(this::run, "sparsam-first-accounts");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void stop() {
        thread.interrupt();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean done() {
        return done;
    }

    private void run() {
        boolean missing = true;
        while (missing && !Thread.currentThread().isInterrupted()) {
            try {
                if (!done) {
                    admin();
                    done = true;
                }
                missing = samples && !samples();
                if (missing) {
                    // The panel has no tenant yet; the sample waits for its import.
                    Thread.sleep(PAUSE_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                if (!Thread.currentThread().isInterrupted()) {
                    LOG.warn("The first account could not be made; trying again", e);
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void admin() {
        if (accounts.none()) {
            String password = accounts.newOneTimePassword();
            files.write(OneTimeFiles.FIRST_ADMIN, List.of(ADMIN + " " + password));
            try {
                if (accounts.create(ADMIN, password, Role.PROVIDER_ADMIN, Optional.empty(), by(tree.get()))) {
                    return;
                }
            } catch (StoreException e) {
                if (accounts.none()) {
                    throw e;
                }
            }
        }
        // Another node may have been faster, also before a kill: its file holds the password that counts.
        forgetUseless(OneTimeFiles.FIRST_ADMIN);
    }

    /** Takes out of a file what nobody can log in with. */
    private void forgetUseless(String name) {
        for (OneTimeFiles.Entry entry : files.entries(name)) {
            if (!accounts.isOneTime(entry.login(), entry.password())) {
                files.forget(entry.login());
            }
        }
    }

    private static Principal by(Optional<TenantTree> tree) {
        return Principal.system("web", tree.map(known -> known.provider().id()).orElse(Account.UNBOUND));
    }

    /** Whether there is nothing more to do. */
    private boolean samples() {
        // They are made together, so one that is there tells that all were; the file tells nothing, as it comes first.
        if (accounts.find("reseller").isPresent() || accounts.find("customer").isPresent()) {
            forgetUseless(OneTimeFiles.SAMPLES);
            return true;
        }
        Optional<TenantTree> known = tree.get();
        if (known.isEmpty()) {
            return false;
        }
        record Sample(String login, String password, Role role, Tenant tenant) {}
        List<Sample> wanted = new ArrayList<>();
        first(known.get(), TenantKind.RESELLER)
                .ifPresent(tenant ->
                        wanted.add(new Sample("reseller", accounts.newOneTimePassword(), Role.RESELLER, tenant)));
        first(known.get(), TenantKind.CUSTOMER)
                .ifPresent(tenant ->
                        wanted.add(new Sample("customer", accounts.newOneTimePassword(), Role.CUSTOMER, tenant)));
        if (wanted.isEmpty()) {
            forgetUseless(OneTimeFiles.SAMPLES);
            return true;
        }
        files.write(
                OneTimeFiles.SAMPLES,
                wanted.stream()
                        .map(sample -> sample.login() + " " + sample.password() + " "
                                + sample.tenant().label())
                        .toList());
        boolean all = accounts.together(() -> {
            boolean created = true;
            for (Sample sample : wanted) {
                created &= accounts.create(
                        sample.login(),
                        sample.password(),
                        sample.role(),
                        Optional.of(sample.tenant().id()),
                        by(known));
            }
            return created;
        });
        if (!all) {
            forgetUseless(OneTimeFiles.SAMPLES);
        }
        return true;
    }

    private static Optional<Tenant> first(TenantTree tree, TenantKind kind) {
        return tree.tenants().stream().filter(tenant -> tenant.kind() == kind).findFirst();
    }
}
