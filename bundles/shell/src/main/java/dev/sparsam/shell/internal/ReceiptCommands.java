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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
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
    private static final int PAGE = 1_000;

    private final Ledger ledger;

    /** Wires the ledger. */
    @Activate
    public ReceiptCommands(@Reference Ledger ledger) {
        this.ledger = ledger;
    }

    /** The newest receipts. */
    @Descriptor("the newest receipts")
    public String list(
            CommandSession session,
            @Descriptor("only this act, for example logs.sweep") @Parameter(names = "--act", absentValue = "")
                    String act,
            @Descriptor("only this subject, for example domain/d-7") @Parameter(names = "--subject", absentValue = "")
                    String subject,
            @Descriptor("at most so many (default 20)") @Parameter(names = "--limit", absentValue = "20") int limit,
            @Descriptor("all of them, however many there are")
                    @Parameter(names = "--all", presentValue = "true", absentValue = "false")
                    boolean all) {
        Texts texts = Texts.of(session);
        Table table = texts.table("receipt.list.head");
        int wanted = all ? Integer.MAX_VALUE : Texts.checkedLimit(limit);
        List<Entry> found = new ArrayList<>();
        Optional<Long> before = Optional.empty();
        boolean more = true;
        while (more && found.size() <= wanted) {
            List<Entry> page =
                    ledger.entries(new Ledger.Query(given(act), given(subject).map(Set::of), before, PAGE));
            found.addAll(page);
            more = page.size() == PAGE;
            before = page.isEmpty()
                    ? before
                    : Optional.of(page.get(page.size() - 1).index());
        }
        if (found.size() > wanted) {
            texts.tellMore(wanted);
        }
        for (Entry entry : found.subList(0, Math.min(wanted, found.size()))) {
            table.row(
                    entry.index(),
                    Texts.time(entry.at()),
                    entry.receipt().act(),
                    entry.receipt().subject(),
                    entry.receipt().actor(),
                    entry.receipt().counts());
        }
        return table.or(texts.text("receipt.none"));
    }

    private static Optional<String> given(String text) {
        return Optional.of(text).filter(each -> !each.isEmpty());
    }

    /** One receipt with its proof. */
    @Descriptor("a receipt, and the proof that it is in the signed ledger")
    public String show(CommandSession session, @Descriptor("the receipt's number") long index) {
        Entry entry = ledger.entry(index).orElseThrow(() -> new Refusal("receipt.unknown", index));
        Checkpoint checkpoint = ledger.latest().orElseThrow();
        InclusionProof proof = ledger.inclusion(index, checkpoint.size());
        if (!MerkleProofs.verify(proof, entry.leafHash(), checkpoint.root())) {
            throw new Refusal("receipt.unproven", index);
        }
        Texts texts = Texts.of(session);
        String hashes = proof.hashes().stream().map(Hash::toString).collect(Collectors.joining("\n  "));
        return entry.canonical() + "\n\n" + texts.text("receipt.proof", entry.leafHash(), hashes) + "\n\n"
                + checkpoint.note() + "\n" + texts.text("receipt.proven");
    }

    /** Checks the whole ledger. */
    @Descriptor("recompute the whole ledger and check every signature")
    public String verify(CommandSession session) {
        Verification verification = ledger.verify();
        if (verification instanceof Verification.Broken broken) {
            throw new Refusal("receipt.broken", broken.index(), broken.what());
        }
        Verification.Intact intact = (Verification.Intact) verification;
        return Texts.of(session).text("receipt.intact", intact.entries(), intact.checkpoints());
    }

    /** Writes the ledger to a file. */
    @Descriptor("write the ledger to a new file, for: sparsam ledger verify FILE")
    public String export(
            CommandSession session,
            @Descriptor("a file that does not exist yet; - writes to the standard output") String file)
            throws IOException {
        if (file.equals("-")) {
            OutputStream out = new BufferedOutputStream(session.getConsole());
            ledger.export(out);
            out.flush();
            return "";
        }
        return Texts.of(session).text("file.written", new CallerFiles(session).write(file, ledger::export));
    }
}
