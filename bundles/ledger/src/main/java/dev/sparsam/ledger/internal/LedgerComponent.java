package dev.sparsam.ledger.internal;

import dev.sparsam.ledger.Ledger;
import dev.sparsam.store.Configured;
import dev.sparsam.store.DataFolder;
import dev.sparsam.store.Database;
import dev.sparsam.store.ReceiptBook;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.Trouble;
import dev.sparsam.store.Wording;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the ledger when its tables and its key are there. It is registered by hand: Declarative Services would offer
 * it before it is known whether the key fits. To know it, the database is asked; when it does not answer, a thread asks
 * again until it does: Declarative Services does not try again to make a component that has failed.
 */
@Component(
        service = {},
        configurationPid = "dev.sparsam.ledger",
        immediate = true)
@Designate(ocd = LedgerComponent.Config.class)
public final class LedgerComponent {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerComponent.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Database database;
    private final BundleContext context;
    private final Configured configured;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** What is to be taken back at the end; guarded by itself. */
    private final List<Runnable> undo = new ArrayList<>();

    /** What can be configured. */
    @ObjectClassDefinition(
            name = "%config.name",
            description = "%config.description",
            localization = "OSGI-INF/l10n/ledger")
    @interface Config {
        @AttributeDefinition(name = "%keyFile.name", description = "%keyFile.description", required = false)
        String keyFile() default "";

        @AttributeDefinition(name = "%origin.name", description = "%origin.description", required = false)
        String origin() default "";
    }

    /** Opens the ledger; unless its key or origin is refused: another one than the configured is never taken. */
    @Activate
    public LedgerComponent(
            @Reference(target = "(sparsam.schema=dev.sparsam.ledger)") Database database,
            BundleContext context,
            Map<String, ?> properties) {
        this.database = database;
        this.context = context;
        configured = Configured.of(context, Config.class, properties);
        if (!configured.refuseMisspelt("keyFile", "origin")) {
            open().ifPresent(failure -> {
                Trouble.Announcement trouble = new Trouble(
                                Trouble.Kind.WAITING, Wording.of(LedgerComponent.class, "waiting", failure.wording()))
                        .announce(context);
                Thread thread = new Thread(() -> openLater(trouble), "sparsam-ledger");
                thread.setDaemon(true);
                thread.start();
            });
        }
    }

    private void openLater(Trouble.Announcement trouble) {
        // Not interrupted at the end: that would close the files of the embedded database under whoever uses them.
        try (trouble) {
            boolean done = false;
            while (!done && !stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                done = open().isEmpty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Of a bundle that has been stopped meanwhile, nothing can be registered.
            if (stopped.getCount() > 0) {
                LOG.error("The ledger cannot be opened", e);
            } else {
                LOG.debug("Stopped while it was opened", e);
            }
        }
    }

    /** Why the ledger has to be opened later; empty when it is open, or refused for good. */
    private Optional<StoreException> open() {
        try {
            Optional<SqlLedger> ledger = open(DataFolder.of(context));
            if (ledger.isPresent()) {
                ServiceRegistration<?> service = context.registerService(
                        new String[] {Ledger.class.getName(), ReceiptBook.class.getName()}, ledger.get(), null);
                atEnd(service::unregister);
            } else {
                // It may have been refused after the end, which has taken back what there was until then.
                atEnd(configured::close);
            }
            return Optional.empty();
        } catch (StoreException e) {
            LOG.debug("The ledger cannot be opened", e);
            return Optional.of(e);
        }
    }

    /** Takes something back at the end, or now when the end has come meanwhile. */
    private void atEnd(Runnable takeBack) {
        synchronized (undo) {
            if (stopped.getCount() > 0) {
                undo.add(takeBack);
                return;
            }
        }
        takeBack.run();
    }

    /** Empty when a value was refused. */
    private Optional<SqlLedger> open(Path data) {
        String file = configured.text("keyFile");
        Optional<String> origin = Optional.of(configured.text("origin")).filter(text -> !text.isEmpty());
        try {
            origin.ifPresent(VerifierKey::checkedName);
        } catch (IllegalArgumentException e) {
            configured.refuse("origin", Wording.of(LedgerComponent.class, "origin.name", origin.orElse("")));
            return Optional.empty();
        }
        try {
            Path keyFile = file.isEmpty() ? data.resolve("keys").resolve("ledger.key") : data.resolve(file);
            SqlLedger ledger = SqlLedger.open(database, keyFile, origin, InstantSource.system(), new SecureRandom());
            warnIfExposed(keyFile);
            return Optional.of(ledger);
        } catch (InvalidPathException e) {
            configured.refuse("keyFile", Wording.of(LedgerComponent.class, "key.path", file));
        } catch (OriginException e) {
            configured.refuse("origin", e.wording().then("."));
        } catch (KeyException e) {
            configured.refuse("keyFile", e.wording().then("."));
        }
        return Optional.empty();
    }

    private static void warnIfExposed(Path keyFile) {
        try {
            if (KeyFile.isExposed(keyFile)) {
                LOG.warn("Others than the owner can read the private key {}; run: chmod 600 {}", keyFile, keyFile);
            }
        } catch (IOException e) {
            LOG.warn("The permissions of the private key {} cannot be read", keyFile, e);
        }
    }

    @Deactivate
    void stop() {
        List<Runnable> all;
        synchronized (undo) {
            stopped.countDown();
            all = List.copyOf(undo);
        }
        all.forEach(Runnable::run);
        configured.close();
    }
}
