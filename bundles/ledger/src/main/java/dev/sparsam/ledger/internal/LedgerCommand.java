package dev.sparsam.ledger.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sparsam.ledger.Checkpoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks an export or a proof without the framework and without a database. Needs this jar, Bouncy Castle's bcprov and Jackson's
 * jackson-core on the class path, and nothing else.
 */
public final class LedgerCommand {
    private static final int INTACT = 0;
    private static final int BROKEN = 1;
    private static final int UNKNOWN = 2;

    /** By what a file says that it is ours; in a text inside of it the quotes would be escaped. */
    private static final Pattern FORMAT = Pattern.compile("\"format\"\\s*:\\s*\"sparsam-(ledger|proof)/");

    private final InputStream input;
    private final PrintStream output;
    private final PrintStream errors;
    private final Locale locale;

    LedgerCommand(InputStream input, PrintStream output, PrintStream errors, Locale locale) {
        this.input = input;
        this.output = output;
        this.errors = errors;
        this.locale = locale;
    }

    /** Ends with 0 for an intact ledger or proof, 1 for a broken one, 2 when this could not be found out. */
    public static void main(String[] arguments) {
        System.exit(new LedgerCommand(System.in, System.out, System.err, Locale.getDefault()).run(List.of(arguments)));
    }

    int run(List<String> arguments) {
        if (arguments.isEmpty() || !arguments.get(0).equals("verify")) {
            if (!arguments.isEmpty()) {
                say(errors, "usage.unknown", arguments.get(0));
            }
            say(errors, "usage");
            return UNKNOWN;
        }
        Optional<String> key = Optional.empty();
        Optional<String> kept = Optional.empty();
        Optional<String> file = Optional.empty();
        boolean json = false;
        for (int i = 1; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--json")) {
                json = true;
            } else if (argument.equals("--key") || argument.equals("--checkpoint")) {
                if (++i == arguments.size()) {
                    return refuse("usage.value", argument);
                }
                if (argument.equals("--key")) {
                    key = Optional.of(arguments.get(i));
                } else {
                    kept = Optional.of(arguments.get(i));
                }
            } else if (argument.startsWith("-") && !argument.equals("-")) {
                return refuse("usage.unknown", argument);
            } else if (file.isPresent()) {
                return refuse("usage.file");
            } else {
                file = Optional.of(argument);
            }
        }
        return file.isPresent() ? verify(file.get(), key, kept, json) : refuse("usage.file");
    }

    private int verify(String file, Optional<String> key, Optional<String> kept, boolean json) {
        Optional<VerifierKey> pinned;
        try {
            pinned = key.map(String::strip).map(VerifierKey::parse);
        } catch (IllegalArgumentException e) {
            return refuse("usage.key", Misfit.reason(e));
        }
        String reading = kept.orElse(file);
        try {
            Optional<String> note =
                    kept.isPresent() ? Optional.of(Files.readString(Path.of(kept.get()))) : Optional.empty();
            reading = file;
            if (file.equals("-")) {
                return check(input, "-", pinned, note, json);
            }
            if (Files.isDirectory(Path.of(file))) {
                return refuse("folder", file);
            }
            try (InputStream stream = Files.newInputStream(Path.of(file))) {
                return check(stream, file, pinned, note, json);
            }
        } catch (NoSuchFileException e) {
            return refuse("missing", reading);
        } catch (AccessDeniedException e) {
            return refuse("denied", reading);
        } catch (MalformedInputException e) {
            return refuse("unreadable", reading, "UTF-8");
        } catch (IOException | InvalidPathException e) {
            return refuse("unreadable", reading, Misfit.reason(e));
        }
    }

    /** An export or a proof: what the file says that it is decides. */
    private int check(
            InputStream stream, String file, Optional<VerifierKey> pinned, Optional<String> note, boolean json)
            throws IOException {
        BufferedInputStream content = new BufferedInputStream(stream);
        content.mark(ProofCheck.LONGEST);
        String start = new String(content.readNBytes(ProofCheck.LONGEST), StandardCharsets.ISO_8859_1);
        content.reset();
        Matcher format = FORMAT.matcher(start);
        boolean named = format.find();
        if (named && format.group(1).equals("proof")) {
            if (note.isPresent()) {
                return refuse("usage.kept");
            }
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content.readAllBytes()));
            return proof(text.toString(), pinned, json);
        }
        // An export without its first line is still one.
        if (named || start.startsWith("{\"entry\":") || start.startsWith("{\"checkpoint\":")) {
            return report(ExportCheck.run(content, pinned, note), pinned, json);
        }
        return refuse("neither", file, ExportCheck.FORMAT, ProofCheck.FORMAT);
    }

    private int proof(String text, Optional<VerifierKey> pinned, boolean json) throws IOException {
        ProofCheck.Proven proven;
        try {
            proven = ProofCheck.run(text, pinned);
        } catch (Misfit e) {
            if (json) {
                print(object -> {
                    object.writeStringField("result", "broken");
                    object.writeStringField("what", e.text(locale));
                });
            } else {
                say(output, "proof.broken", e.text(locale));
            }
            return BROKEN;
        }
        EntryText entry = proven.entry();
        Checkpoint checkpoint = proven.checkpoint();
        if (json) {
            print(object -> {
                object.writeStringField("result", "proven");
                object.writeNumberField("receipt", entry.index());
                object.writeStringField("ledger", proven.key().name());
                object.writeNumberField("treeSize", checkpoint.size());
                object.writeStringField("root", checkpoint.root().base64());
                object.writeStringField("key", proven.key().toString());
                object.writeBooleanField("keyPinned", pinned.isPresent());
            });
        } else {
            say(output, "proof.holds", entry.index(), proven.key().name());
            say(output, "proof.entry", entry.act(), entry.subject(), entry.at());
            say(output, "proof.tree", checkpoint.size(), checkpoint.root().base64());
            signer(proven.key(), pinned);
        }
        return INTACT;
    }

    private void signer(VerifierKey key, Optional<VerifierKey> pinned) {
        say(output, "key", key.id(), key);
        if (pinned.isEmpty()) {
            say(output, "trust");
        }
    }

    private int report(ExportCheck.Outcome outcome, Optional<VerifierKey> pinned, boolean json) throws IOException {
        if (json) {
            return json(outcome, pinned);
        }
        if (outcome instanceof ExportCheck.Outcome.Intact intact) {
            say(output, "intact", intact.entries(), intact.checkpoints());
            if (intact.newest().isPresent()) {
                Checkpoint newest = intact.newest().get();
                say(output, "newest", newest.size(), newest.root().base64());
            } else {
                say(output, "empty");
            }
            signer(intact.key(), pinned);
            return INTACT;
        }
        ExportCheck.Outcome.Broken broken = (ExportCheck.Outcome.Broken) outcome;
        String what = broken.misfit().text(locale);
        if (broken.entry().isPresent()) {
            say(output, "broken.entry", broken.entry().getAsLong(), broken.line(), what);
        } else {
            say(output, "broken.line", broken.line(), what);
        }
        if (broken.proven() > 0) {
            say(output, "proven", broken.proven());
        } else {
            say(output, "proven.none");
        }
        return BROKEN;
    }

    private int json(ExportCheck.Outcome outcome, Optional<VerifierKey> pinned) throws IOException {
        if (outcome instanceof ExportCheck.Outcome.Intact intact) {
            print(object -> {
                object.writeStringField("result", "intact");
                object.writeNumberField("entries", intact.entries());
                object.writeNumberField("checkpoints", intact.checkpoints());
                if (intact.newest().isPresent()) {
                    object.writeStringField("root", intact.newest().get().root().base64());
                }
                object.writeStringField("key", intact.key().toString());
                object.writeBooleanField("keyPinned", pinned.isPresent());
            });
            return INTACT;
        }
        ExportCheck.Outcome.Broken broken = (ExportCheck.Outcome.Broken) outcome;
        print(object -> {
            object.writeStringField("result", "broken");
            if (broken.entry().isPresent()) {
                object.writeNumberField("entry", broken.entry().getAsLong());
            }
            object.writeNumberField("line", broken.line());
            object.writeNumberField("proven", broken.proven());
            object.writeStringField("what", broken.misfit().text(locale));
        });
        return BROKEN;
    }

    /** One object on one line, for scripts: its names are the same in every language. */
    private void print(Members members) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator object = new JsonFactory().createGenerator(text)) {
            object.writeStartObject();
            members.writeTo(object);
            object.writeEndObject();
        }
        output.println(text);
    }

    private interface Members {
        void writeTo(JsonGenerator object) throws IOException;
    }

    private int refuse(String message, Object... arguments) {
        say(errors, message, arguments);
        return UNKNOWN;
    }

    private void say(PrintStream stream, String message, Object... arguments) {
        stream.println(Misfit.text(locale, message, arguments));
    }
}
