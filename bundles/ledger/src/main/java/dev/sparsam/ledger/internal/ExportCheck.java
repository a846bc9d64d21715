package dev.sparsam.ledger.internal;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.Hash;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Checks an export line by line, in constant memory. The format is described in the bundle's README. */
final class ExportCheck {
    /** The name and version of the format. */
    static final String FORMAT = "sparsam-ledger/1";

    /** More than any entry takes: each UTF-16 unit of {@link EntryText#LONGEST} takes at most three bytes. */
    private static final int LONGEST_LINE = 4 * EntryText.LONGEST;

    private final BufferedInputStream input;
    private long line;
    private boolean cut;

    private ExportCheck(InputStream input) {
        this.input = new BufferedInputStream(input, 1 << 16);
    }

    /** What came of it. */
    sealed interface Outcome {
        /**
         * Everything fits.
         *
         * @param newest the newest checkpoint; empty when the ledger is
         */
        record Intact(long entries, long checkpoints, Optional<Checkpoint> newest, VerifierKey key)
                implements Outcome {}

        /**
         * Something does not fit.
         *
         * @param line where, from 1
         * @param proven how many entries before it are proven
         */
        record Broken(long line, long proven, Misfit misfit) implements Outcome {
            OptionalLong entry() {
                return misfit.entry();
            }
        }
    }

    /**
     * Checks an export.
     *
     * @param pinned the key that must have signed it; empty to believe the key that it names
     * @param kept the note of a checkpoint that was kept elsewhere
     */
    static Outcome run(InputStream input, Optional<VerifierKey> pinned, Optional<String> kept) throws IOException {
        ExportCheck check = new ExportCheck(input);
        Optional<Audit> audit = Optional.empty();
        try {
            VerifierKey key = check.header(pinned);
            audit = Optional.of(
                    new Audit(key, kept.isPresent() ? Optional.of(check.openKept(key, kept.get())) : Optional.empty()));
            return check.body(audit.get(), key);
        } catch (Misfit e) {
            return new Outcome.Broken(
                    Math.max(1, check.line), audit.map(Audit::proven).orElse(0L), e);
        }
    }

    private Checkpoint openKept(VerifierKey key, String note) throws Misfit {
        try {
            return key.open(note);
        } catch (Misfit e) {
            Misfit misfit = new Misfit("kept.form", key.id());
            misfit.initCause(e);
            throw misfit;
        }
    }

    private VerifierKey header(Optional<VerifierKey> pinned) throws Misfit, IOException {
        Map<?, ?> header = object(read().orElseThrow(() -> new Misfit("header.missing", FORMAT)));
        if (!(header.get("format") instanceof String format)) {
            throw new Misfit("header.missing", FORMAT);
        }
        if (!format.equals(FORMAT)) {
            throw new Misfit("header.format", format, FORMAT);
        }
        if (!header.keySet().equals(Set.of("format", "key", "origin"))
                || !(header.get("key") instanceof String text)
                || !(header.get("origin") instanceof String origin)) {
            throw new Misfit("header.members");
        }
        VerifierKey key = VerifierKey.named(text, pinned);
        if (!key.name().equals(origin)) {
            throw new Misfit("header.origin", origin, key.name());
        }
        return key;
    }

    private Outcome body(Audit audit, VerifierKey key) throws Misfit, IOException {
        while (true) {
            String text = next(audit);
            // A line that cannot be read may have been any: what no checkpoint has proven yet is open.
            long open = text.startsWith("{\"entry\":") ? audit.entries() : audit.proven();
            Map<?, ?> object;
            try {
                object = object(text);
            } catch (Misfit e) {
                throw e.at(open);
            }
            if (object.keySet().equals(Set.of("entry", "leafHash")) && object.get("entry") instanceof Map<?, ?> entry) {
                audit.entry(entry, leafHash(object, audit.entries()), (node, hash) -> {});
            } else if (object.keySet().equals(Set.of("checkpoint"))
                    && object.get("checkpoint") instanceof String note) {
                audit.checkpoint(note);
            } else if (object.keySet().equals(Set.of("end")) && object.get("end") instanceof Map<?, ?> end) {
                return end(end, audit, key);
            } else {
                throw new Misfit("line.kind").at(open);
            }
        }
    }

    private String next(Audit audit) throws Misfit, IOException {
        try {
            Optional<String> text = read();
            if (text.isEmpty()) {
                audit.end();
                throw new Misfit("end.missing", audit.entries());
            }
            return text.get();
        } catch (Misfit e) {
            throw e.entry().isPresent() ? e : e.at(audit.proven());
        }
    }

    private static Hash leafHash(Map<?, ?> object, long index) throws Misfit {
        return Audit.hash(object.get("leafHash")).orElseThrow(() -> new Misfit("entry.leaf").at(index));
    }

    private Outcome end(Map<?, ?> end, Audit audit, VerifierKey key) throws Misfit, IOException {
        if (!end.keySet().equals(Set.of("entries", "checkpoints"))
                || !(end.get("entries") instanceof Long entries)
                || !(end.get("checkpoints") instanceof Long checkpoints)) {
            throw new Misfit("line.kind");
        }
        if (entries > audit.entries()) {
            throw new Misfit("end.entries", entries, audit.entries()).at(audit.entries());
        }
        if (entries < audit.entries()) {
            throw new Misfit("end.entries", entries, audit.entries()).at(Math.max(0, entries));
        }
        audit.end();
        if (checkpoints != audit.checkpoints()) {
            throw new Misfit("end.checkpoints", checkpoints, audit.checkpoints());
        }
        if (read().isPresent()) {
            throw new Misfit("end.after");
        }
        return new Outcome.Intact(audit.entries(), audit.checkpoints(), audit.newest(), key);
    }

    /** Parses a line and checks that it is written in the one way in which it can be. */
    private Map<?, ?> object(String text) throws Misfit {
        Object parsed;
        String canonical;
        try {
            parsed = CanonicalJson.parse(text);
            canonical = CanonicalJson.text(parsed);
        } catch (IllegalArgumentException e) {
            throw cut ? new Misfit("line.cut") : new Misfit("line.syntax", Misfit.reason(e));
        }
        if (!canonical.equals(text)) {
            throw new Misfit("line.canonical");
        }
        if (!(parsed instanceof Map<?, ?> object)) {
            throw new Misfit("line.kind");
        }
        return object;
    }

    /** The next line without its end; empty at the end of the file. */
    private Optional<String> read() throws Misfit, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int next = input.read();
        if (next < 0) {
            return Optional.empty();
        }
        line++;
        while (next >= 0 && next != '\n') {
            bytes.write(next);
            if (bytes.size() > LONGEST_LINE) {
                throw new Misfit("line.long", LONGEST_LINE);
            }
            next = input.read();
        }
        cut = next < 0;
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new Misfit("line.utf8");
        }
    }
}
