package dev.sparsam.shell.internal;

import dev.sparsam.store.StoreException;
import dev.sparsam.store.Wording;
import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lines of one client as Gogo runs them. */
final class GogoSession implements CommandServer.Session {

    /** The session's variable that holds the client's language, as in {@code de}. */
    static final String LANGUAGE = ".sparsam.language";

    // How Gogo's messages begin; its own exceptions are in a package that a host need not export.
    private static final String COERCE = "Cannot coerce ";
    private static final String UNKNOWN = "Command not found: ";

    private static final Logger LOG = LoggerFactory.getLogger(GogoSession.class);

    /** The way the command line is written was wrong: the shell's convention for misuse is 2. */
    static final int USAGE = 2;

    private static final int FAILED = 1;

    /** It was done, but not all of it could be. */
    private static final int INCOMPLETE = 3;

    /** The session's variable by which a command says that it could not do all. */
    private static final String REST = ".sparsam.rest";

    /** What makes more of a line than a command and its arguments. */
    private static final Pattern CLEVER = Pattern.compile("[|;(){}\\[\\]$\"'\\\\<>=]");

    /** What gives the character U+0000, which no text of ours has and not every database takes: itself, and its escape. */
    private static final Pattern NUL = Pattern.compile("\0");

    private static final Pattern ESCAPED_NUL = Pattern.compile("\0|\\\\u+0000");

    private final CommandSession session;
    private final Commands commands;
    private final Supplier<List<Wording>> absences;
    private final Texts texts;
    private final PrintStream out;
    private final PrintStream err;

    /** @param absences says which parts do not run, and why */
    GogoSession(
            CommandProcessor processor,
            Commands commands,
            Supplier<List<Wording>> absences,
            CommandServer.Client client,
            PrintStream out,
            PrintStream err) {
        // A command reads nothing: what it needs to know stands in its line.
        this.session = processor.createSession(new ByteArrayInputStream(new byte[0]), out, err);
        this.commands = commands;
        this.absences = absences;
        this.texts = Texts.in(client.language());
        this.out = out;
        this.err = err;
        session.put(LANGUAGE, client.language());
        session.currentDir(client.folder());
        // Ours are found without their scope, and before Gogo's own of the same name.
        session.put("SCOPE", "sparsam:gogo:*");
    }

    /** Says that a command did what it was asked to, but not all of it could be done. */
    static void incomplete(CommandSession session) {
        session.put(REST, true);
    }

    @Override
    public int run(List<String> command) {
        session.put(REST, null);
        if (command.stream().anyMatch((command.size() == 1 ? ESCAPED_NUL : NUL).asPredicate())) {
            err.println(texts.text("command.nul"));
            return FAILED;
        }
        try {
            Object result = session.execute(line(command));
            String text = result == null
                    ? ""
                    : session.format(result, Converter.INSPECT).toString();
            if (!text.isEmpty()) {
                out.println(text);
            }
            return session.get(REST) == null ? 0 : INCOMPLETE;
        } catch (Exception e) {
            LOG.debug("Command failed: {}", command, e);
            return fail(command, e);
        }
    }

    /** Arguments go in as variables: what stands in them is never parsed. */
    private String line(List<String> command) {
        StringBuilder line = new StringBuilder(command.get(0));
        for (int i = 1; i < command.size(); i++) {
            session.put("argument" + i, command.get(i));
            line.append(" $argument").append(i);
        }
        return line.toString();
    }

    /** Says why, and returns the exit status. */
    private int fail(List<String> words, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Refusal refusal) {
                err.println(refusal.text(texts));
                return FAILED;
            }
            if (cause instanceof InterruptedException) {
                // The shell is being stopped, no fault of the command's.
                err.println(
                        texts.text("command.interrupted", words.get(0).strip().split("\\s", 2)[0]));
                return FAILED;
            }
            if (cause instanceof SQLException) {
                // Of a panel with a database of its own: what its driver and pool say is for the log.
                LOG.error("The command {} failed", words.get(0), failure);
                err.println(texts.text("command.database", words.get(0)));
                return FAILED;
            }
            if (cause instanceof StoreException said) {
                err.println(said.wording().in(Locale.forLanguageTag(texts.language())));
                return FAILED;
            }
        }
        List<Wording> reasons = Absence.explains(failure) ? absences.get() : List.of();
        // A command that nobody has ever heard of is only that, as long as everything runs.
        if (Absence.withoutService(failure) || !reasons.isEmpty()) {
            err.println(texts.text("command.absent", words.get(0).strip().split("\\s", 2)[0]));
            reasons.forEach(reason -> err.println(reason.in(Locale.forLanguageTag(texts.language()))));
            return FAILED;
        }
        String sentence = sentence(failure);
        if (sentence.startsWith(UNKNOWN)) {
            err.println(
                    Help.unknown(sentence.substring(UNKNOWN.length()), commands).text(texts));
            return USAGE;
        }
        if (sentence.startsWith(COERCE)) {
            // Gogo names the Java method and its types, which nobody typed.
            err.println(misused(words, sentence.substring(COERCE.length()).replaceAll("(?s)^_|\\(.*", "")));
            return USAGE;
        }
        if (sentence.isEmpty() || !isSaid(failure)) {
            LOG.error("The command {} failed", words.get(0), failure);
            err.println(texts.text("command.failed", words.get(0)));
        } else {
            err.println(sentence);
        }
        return FAILED;
    }

    /** The outermost message that is not only that of its cause. */
    private static String sentence(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null
                    && (cause.getCause() == null
                            || !message.contains(cause.getCause().toString()))) {
                return message;
            }
        }
        return "";
    }

    /** Whether somebody wrote the message for people; Java's own speak of indices and variables. */
    private static boolean isSaid(Exception failure) {
        return !(failure instanceof NullPointerException
                || failure instanceof ClassCastException
                || failure instanceof IndexOutOfBoundsException
                || failure instanceof ReflectiveOperationException);
    }

    private String misused(List<String> words, String function) {
        String line = words.get(0).strip();
        boolean clever = words.size() == 1 && CLEVER.matcher(line).find();
        List<String> tokens = words.size() > 1 ? words : List.of(line.split("[\\s|;(){}]+"));
        Optional<Command> command = (words.size() > 1 ? words.subList(0, 1) : tokens)
                .stream()
                        .flatMap(token -> commands.named(token).stream())
                        .filter(known -> known.function().equals(function))
                        .findFirst();
        Optional<List<String>> arguments = clever ? Optional.empty() : Optional.of(tokens.subList(1, tokens.size()));
        return command.map(known -> new Usage(known, texts).wrong(arguments))
                .orElseGet(() -> texts.text("command.usage", tokens.get(0)));
    }

    @Override
    public void close() {
        session.close();
    }
}
