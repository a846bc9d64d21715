package dev.sparsam.ledger.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sparsam.ledger.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Checks an export without the framework and without a database. Needs this jar, Bouncy Castle's bcprov and Jackson's
 * jackson-core on the class path, and nothing else.
 */
public final class LedgerCommand {
    private static final int INTACT = 0;
    private static final int BROKEN = 1;
    private static final int UNKNOWN = 2;

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

    /** Ends with 0 for an intact ledger, 1 for a broken one, 2 when this could not be found out. */
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
                return report(ExportCheck.run(input, pinned, note), pinned, json);
            }
            if (Files.isDirectory(Path.of(file))) {
                return refuse("folder", file);
            }
            try (InputStream stream = Files.newInputStream(Path.of(file))) {
                return report(ExportCheck.run(stream, pinned, note), pinned, json);
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
            say(output, "key", intact.key().id(), intact.key());
            if (pinned.isEmpty()) {
                say(output, "trust");
            }
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

    /** One object on one line, for scripts: its names are the same in every language. */
    private int json(ExportCheck.Outcome outcome, Optional<VerifierKey> pinned) throws IOException {
        StringWriter text = new StringWriter();
        int status;
        try (JsonGenerator object = new JsonFactory().createGenerator(text)) {
            object.writeStartObject();
            if (outcome instanceof ExportCheck.Outcome.Intact intact) {
                status = INTACT;
                object.writeStringField("result", "intact");
                object.writeNumberField("entries", intact.entries());
                object.writeNumberField("checkpoints", intact.checkpoints());
                if (intact.newest().isPresent()) {
                    object.writeStringField("root", intact.newest().get().root().base64());
                }
                object.writeStringField("key", intact.key().toString());
                object.writeBooleanField("keyPinned", pinned.isPresent());
            } else {
                ExportCheck.Outcome.Broken broken = (ExportCheck.Outcome.Broken) outcome;
                status = BROKEN;
                object.writeStringField("result", "broken");
                if (broken.entry().isPresent()) {
                    object.writeNumberField("entry", broken.entry().getAsLong());
                }
                object.writeNumberField("line", broken.line());
                object.writeNumberField("proven", broken.proven());
                object.writeStringField("what", broken.misfit().text(locale));
            }
            object.writeEndObject();
        }
        output.println(text);
        return status;
    }

    private int refuse(String message, Object... arguments) {
        say(errors, message, arguments);
        return UNKNOWN;
    }

    private void say(PrintStream stream, String message, Object... arguments) {
        stream.println(Misfit.text(locale, message, arguments));
    }
}
