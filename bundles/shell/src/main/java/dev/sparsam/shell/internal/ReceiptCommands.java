package dev.sparsam.shell.internal;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.Entry;
import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.InclusionProof;
import dev.sparsam.ledger.Ledger;
import dev.sparsam.ledger.MerkleProofs;
import dev.sparsam.ledger.Verification;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Receipts and their proofs. */
@Component(
        service = ReceiptCommands.class,
        property = {
            "osgi.command.scope=receipt",
            "osgi.command.function=list",
            "osgi.command.function=show",
            "osgi.command.function=verify",
            "osgi.command.function=export"
        })
public final class ReceiptCommands {
    private final Ledger ledger;

    /** Wires the ledger. */
    @Activate
    public ReceiptCommands(@Reference Ledger ledger) {
        this.ledger = ledger;
    }

    /** The newest receipts. */
    @Descriptor("the newest receipts")
    public String list(
            @Descriptor("only this act, for example logs.sweep") @Parameter(names = "--act", absentValue = "")
                    String act,
            @Descriptor("only this subject, for example domain/d-7") @Parameter(names = "--subject", absentValue = "")
                    String subject,
            @Descriptor("at most so many (default 20)") @Parameter(names = "--limit", absentValue = "20") int limit) {
        Table table = new Table("RECEIPT", "WHEN", "ACT", "SUBJECT", "WHO", "COUNTS");
        Ledger.Query query = new Ledger.Query(given(act), given(subject), Optional.empty(), limit);
        for (Entry entry : ledger.entries(query)) {
            table.row(
                    entry.index(),
                    entry.at().truncatedTo(ChronoUnit.SECONDS),
                    entry.receipt().act(),
                    entry.receipt().subject(),
                    entry.receipt().actor(),
                    entry.receipt().counts());
        }
        return table.or("No receipt.");
    }

    private static Optional<String> given(String text) {
        return Optional.of(text).filter(each -> !each.isEmpty());
    }

    /** One receipt with its proof. */
    @Descriptor("a receipt, and the proof that it is in the signed ledger")
    public String show(@Descriptor("the receipt's number") long index) {
        Entry entry = ledger.entry(index)
                .orElseThrow(() ->
                        new IllegalArgumentException("There is no receipt " + index + "; receipt:list shows them"));
        Checkpoint checkpoint = ledger.latest().orElseThrow();
        InclusionProof proof = ledger.inclusion(index, checkpoint.size());
        boolean holds = MerkleProofs.verify(proof, entry.leafHash(), checkpoint.root());
        StringBuilder text = new StringBuilder(entry.canonical())
                .append("\n\nleaf hash  ")
                .append(entry.leafHash())
                .append("\nproof      ");
        for (Hash hash : proof.hashes()) {
            text.append(hash).append("\n           ");
        }
        return text.append("\n\n")
                .append(checkpoint.note())
                .append('\n')
                .append(holds ? "The proof holds." : "THE PROOF DOES NOT HOLD.")
                .toString();
    }

    /** Checks the whole ledger. */
    @Descriptor("recompute the whole ledger and check every signature")
    public String verify() {
        Verification verification = ledger.verify();
        if (verification instanceof Verification.Broken broken) {
            throw new IllegalStateException("BROKEN at receipt " + broken.index() + ": " + broken.what());
        }
        Verification.Intact intact = (Verification.Intact) verification;
        return "Intact: " + intact.entries() + " receipts, " + intact.checkpoints() + " signed checkpoints.";
    }

    /** Writes the ledger to a file. */
    @Descriptor("write the ledger to a new file, for: sparsam ledger verify FILE")
    public String export(@Descriptor("absolute path of a file that does not exist yet") String file)
            throws IOException {
        Path path = Path.of(file);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(
                    "\"" + file + "\" is not absolute; the shell's folder is not the server's: write the whole path");
        }
        try (OutputStream stream =
                new BufferedOutputStream(Files.newOutputStream(path, StandardOpenOption.CREATE_NEW))) {
            ledger.export(stream);
        }
        return "Written: " + path;
    }
}
