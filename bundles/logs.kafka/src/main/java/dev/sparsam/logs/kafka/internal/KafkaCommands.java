package dev.sparsam.logs.kafka.internal;

import dev.sparsam.logs.kafka.internal.Progress.Moment;
import java.text.MessageFormat;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.StringJoiner;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** How masking on Kafka stands, as a command. */
@Component(
        service = KafkaCommands.class,
        property = {"osgi.command.scope=logs", "osgi.command.function=kafka"})
public final class KafkaCommands {
    /** The variable in which our shell keeps the language of its client; a host's own shell is in English. */
    private static final String LANGUAGE = ".sparsam.language";

    private final KafkaComponent component;

    /** Wires the workers. */
    @Activate
    public KafkaCommands(@Reference KafkaComponent component) {
        this.component = component;
    }

    /** The state of the workers. */
    @Descriptor("masking on Kafka: how it stands, what waits, what was done, what went wrong last")
    public String kafka(CommandSession session) {
        Locale language = "de".equals(session.get(LANGUAGE)) ? Locale.GERMAN : Locale.ENGLISH;
        return text(component.route(), component.moments(), language);
    }

    /** The same, for a reader of a language. */
    static String text(String route, Optional<List<Moment>> workers, Locale language) {
        Texts texts = new Texts(ResourceBundle.getBundle(
                "dev.sparsam.logs.kafka.internal.texts",
                language,
                KafkaCommands.class.getClassLoader(),
                // Without the fallback to the server's own locale.
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES)));
        if (workers.isEmpty()) {
            return texts.text("none");
        }
        StringJoiner lines = new StringJoiner("\n");
        lines.add(texts.text("route", route));
        List<Moment> moments = workers.get();
        for (int i = 0; i < moments.size(); i++) {
            Moment moment = moments.get(i);
            lines.add(texts.text(
                    "worker",
                    i,
                    texts.text("state." + moment.state()),
                    moment.partitions(),
                    moment.lag(),
                    moment.last()
                            .map(last -> last.truncatedTo(ChronoUnit.SECONDS).toString())
                            .orElse("-")));
            moment.failure().ifPresent(failure -> lines.add("  " + failure.in(language)));
        }
        lines.add(texts.text(
                "total",
                sum(moments, Moment::records),
                sum(moments, Moment::lines),
                sum(moments, Moment::bytes),
                sum(moments, Moment::notUnderstood),
                sum(moments, Moment::aborted)));
        for (Map.Entry<ChunkMasker.Note, Long> note :
                KafkaComponent.notes(moments).entrySet()) {
            lines.add(texts.text("note." + note.getKey(), note.getValue()));
        }
        long lost = sum(moments, Moment::lost);
        if (lost > 0) {
            lines.add(texts.text("lost", lost));
        }
        return lines.toString();
    }

    private static long sum(List<Moment> moments, java.util.function.ToLongFunction<Moment> number) {
        return moments.stream().mapToLong(number).sum();
    }

    private record Texts(ResourceBundle texts) {
        String text(String key, Object... arguments) {
            Object[] plain = new Object[arguments.length];
            for (int i = 0; i < plain.length; i++) {
                // As text: MessageFormat would group digits.
                plain[i] = String.valueOf(arguments[i]);
            }
            return new MessageFormat(texts.getString(key), Locale.ROOT).format(plain);
        }
    }
}
