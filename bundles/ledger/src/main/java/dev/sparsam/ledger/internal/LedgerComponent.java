package dev.sparsam.ledger.internal;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.ConsistencyProof;
import dev.sparsam.ledger.Entry;
import dev.sparsam.ledger.InclusionProof;
import dev.sparsam.ledger.Ledger;
import dev.sparsam.ledger.Verification;
import dev.sparsam.store.DataFolder;
import dev.sparsam.store.Database;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the ledger when its tables and its key are there. */
@Component(configurationPid = "dev.sparsam.ledger", immediate = true)
@Designate(ocd = LedgerComponent.Config.class)
public final class LedgerComponent implements Ledger, ReceiptBook {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerComponent.class);

    private final SqlLedger ledger;

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

    /** Opens the ledger. */
    @Activate
    public LedgerComponent(
            @Reference(target = "(sparsam.schema=dev.sparsam.ledger)") Database database,
            BundleContext context,
            Config config) {
        Path keyFile = config.keyFile().isBlank()
                ? DataFolder.of(context).resolve("keys").resolve("ledger.key")
                : Path.of(config.keyFile().strip());
        Optional<String> origin = Optional.of(config.origin().strip()).filter(text -> !text.isEmpty());
        ledger = SqlLedger.open(database, keyFile, origin, InstantSource.system(), new SecureRandom());
        try {
            if (KeyFile.isExposed(keyFile)) {
                LOG.warn("Others than the owner can read the private key {}; run: chmod 600 {}", keyFile, keyFile);
            }
        } catch (IOException e) {
            LOG.warn("The permissions of the private key {} cannot be read", keyFile, e);
        }
    }

    @Override
    public List<Long> append(List<Receipt> receipts) {
        return ledger.append(receipts);
    }

    @Override
    public Optional<Checkpoint> latest() {
        return ledger.latest();
    }

    @Override
    public Optional<Entry> entry(long index) {
        return ledger.entry(index);
    }

    @Override
    public List<Entry> entries(Query query) {
        return ledger.entries(query);
    }

    @Override
    public InclusionProof inclusion(long index, long treeSize) {
        return ledger.inclusion(index, treeSize);
    }

    @Override
    public ConsistencyProof consistency(long size1, long size2) {
        return ledger.consistency(size1, size2);
    }

    @Override
    public Verification verify() {
        return ledger.verify();
    }

    @Override
    public void export(OutputStream stream) throws IOException {
        ledger.export(stream);
    }

    @Override
    public String verifierKey() {
        return ledger.verifierKey();
    }
}
