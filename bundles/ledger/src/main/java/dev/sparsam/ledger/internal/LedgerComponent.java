package dev.sparsam.ledger.internal;

import dev.sparsam.ledger.Ledger;
import dev.sparsam.store.Configured;
import dev.sparsam.store.DataFolder;
import dev.sparsam.store.Database;
import dev.sparsam.store.ReceiptBook;
import dev.sparsam.store.Wording;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
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
 * it before it is known whether the key fits.
 */
@Component(
        service = {},
        configurationPid = "dev.sparsam.ledger",
        immediate = true)
@Designate(ocd = LedgerComponent.Config.class)
public final class LedgerComponent {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerComponent.class);

    private final Configured configured;
    private final Optional<ServiceRegistration<?>> registration;

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
        configured = Configured.of(context, Config.class, properties);
        registration = configured.refuseMisspelt("keyFile", "origin")
                ? Optional.empty()
                : open(database, DataFolder.of(context), configured)
                        .map(ledger -> context.registerService(
                                new String[] {Ledger.class.getName(), ReceiptBook.class.getName()}, ledger, null));
    }

    /** Empty when a value was refused. */
    private static Optional<SqlLedger> open(Database database, Path data, Configured configured) {
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
        registration.ifPresent(ServiceRegistration::unregister);
        configured.close();
    }
}
