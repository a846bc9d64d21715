package dev.sparsam.shell.internal;

import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Supplier;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lines of one client as Gogo runs them. */
final class GogoSession implements CommandServer.Session {

    /** The session's variable that holds the client's language, as in {@code de}. */
    static final String LANGUAGE = ".sparsam.language";

    private static final Logger LOG = LoggerFactory.getLogger(GogoSession.class);

    private final CommandSession session;
    private final Supplier<List<String>> absences;
    private final String language;
    private final PrintStream out;
    private final PrintStream err;

    /** @param absences says which parts do not run, and why */
    GogoSession(
            CommandProcessor processor,
            Supplier<List<String>> absences,
            String language,
            PrintStream out,
            PrintStream err) {
        this.absences = absences;
        this.language = language;
        // A command reads nothing: what it needs to know stands in its line.
        this.session = processor.createSession(new ByteArrayInputStream(new byte[0]), out, err);
        this.out = out;
        this.err = err;
        session.put(LANGUAGE, language);
        // Ours are found without their scope, and before Gogo's own of the same name.
        session.put("SCOPE", "sparsam:gogo:*");
    }

    @Override
    public int run(List<String> command) {
        try {
            Object result = session.execute(line(command));
            if (result != null) {
                out.println(session.format(result, Converter.INSPECT));
            }
            return 0;
        } catch (Exception e) {
            LOG.debug("Command failed: {}", command, e);
            List<String> reasons = Absence.explains(e) ? absences.get() : List.of();
            // A command that nobody has ever heard of is only that, as long as everything runs.
            if (Absence.withoutService(e) || !reasons.isEmpty()) {
                err.println(Texts.in(language)
                        .text("command.absent", command.get(0).strip().split("\\s", 2)[0]));
                reasons.forEach(err::println);
            } else {
                err.println(sentence(e, command.get(0)));
            }
            return 1;
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

    /** The outermost message that is not only that of its cause. */
    private String sentence(Throwable failure, String line) {
        String sentence = failure.toString();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null
                    && (cause.getCause() == null
                            || !message.contains(cause.getCause().toString()))) {
                sentence = message;
                break;
            }
        }
        // Gogo names the Java method and its types, which nobody typed.
        return sentence.startsWith("Cannot coerce ")
                ? Texts.in(language).text("command.usage", line.strip().split("\\s", 2)[0])
                : sentence;
    }

    @Override
    public void close() {
        session.close();
    }
}
