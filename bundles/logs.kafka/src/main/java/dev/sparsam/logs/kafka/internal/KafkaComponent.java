package dev.sparsam.logs.kafka.internal;

import dev.sparsam.logs.LineMasking;
import dev.sparsam.logs.kafka.internal.ChunkMasker.Note;
import dev.sparsam.panel.LogKind;
import dev.sparsam.store.Configured;
import dev.sparsam.store.Trouble;
import dev.sparsam.store.Wording;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the configuration and runs the workers. */
@Component(configurationPid = "dev.sparsam.logs.kafka", service = KafkaComponent.class, immediate = true)
@Designate(ocd = KafkaComponent.Config.class)
public final class KafkaComponent {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaComponent.class);
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Pattern NAME = Pattern.compile("[^\\s]{1,200}");

    /** From where to where, and how. */
    @ObjectClassDefinition(name = "Sparsam: log lines on Kafka")
    @interface Config {
        /** Where Kafka is. */
        @AttributeDefinition(
                name = "Brokers",
                description = "HOST:PORT of some brokers, separated by commas; empty: nothing is masked")
        String bootstrapServers() default "";

        /** Where raw lines come from. */
        @AttributeDefinition(name = "Input topic", description = "The topic with the lines as they were written")
        String inputTopic() default "logs.raw";

        /** Where masked lines go. */
        @AttributeDefinition(name = "Output topic", description = "The topic for the masked lines")
        String outputTopic() default "logs.masked";

        /** Who shares the work. */
        @AttributeDefinition(
                name = "Group",
                description = "The consumer group: processes of the same group share the partitions of the input topic")
        String group() default "sparsam-logs";

        /** What tells this process from others. */
        @AttributeDefinition(
                name = "Instance",
                description = "A name that no other process of the group has and that this one keeps at each start;"
                        + " empty: the host's name")
        String instance() default "";

        /** How many threads. */
        @AttributeDefinition(
                name = "Threads",
                description = "How many partitions are masked at the same time; each thread needs about 64 MB of heap")
        int threads() default 1;

        /** What lines record. */
        @AttributeDefinition(
                name = "Kind",
                description =
                        "What lines record where no header sparsam.kind says it: web_access, web_error, mail, ftp,"
                                + " ssh, application or panel")
        String kind() default "web_access";

        /** Size of records. */
        @AttributeDefinition(
                name = "Largest record",
                description = "In kB; a larger chunk is delivered in several records, divided between lines")
        int largestRecord() default 900;

        /** Headers. */
        @AttributeDefinition(
                name = "Headers",
                description =
                        "Names of the headers that are taken along as they are, separated by commas; no others are,"
                                + " because nobody knows what is in them")
        String headers() default "";

        /** Prefix of the properties of all clients. */
        @AttributeDefinition(
                name = "Further properties of all clients",
                description = "Each with this prefix, for example client.security.protocol = SASL_SSL")
        String client_() default "";

        /** Prefix of the properties of consumers. */
        @AttributeDefinition(
                name = "Further properties of consumers",
                description = "Each with this prefix, for example consumer.max.poll.records = 1000")
        String consumer_() default "";

        /** Prefix of the properties of producers. */
        @AttributeDefinition(
                name = "Further properties of producers",
                description = "Each with this prefix, for example producer.compression.type = zstd")
        String producer_() default "";
    }

    private final BundleContext context;
    private final Configured configured;
    private final Optional<Workers> workers;
    private final String route;
    private Optional<Trouble.Announcement> announced = Optional.empty();
    private boolean stopped;

    /** Starts the workers. */
    @Activate
    public KafkaComponent(@Reference LineMasking masking, BundleContext context, Map<String, ?> properties) {
        this.context = context;
        configured = Configured.of(context, Config.class, properties);
        try {
            String input = matching("inputTopic", TOPIC);
            String output = matching("outputTopic", TOPIC);
            route = input + " > " + output;
            workers = workers(input, output, masking, properties);
        } catch (RuntimeException | Error e) {
            // What was told until now must not stay when nobody is there to take it back.
            announce(Optional.empty());
            configured.close();
            throw e;
        }
    }

    /** Starts them; none when nothing, or something wrong, is configured. */
    private Optional<Workers> workers(String input, String output, LineMasking masking, Map<String, ?> properties) {
        String servers = configured.text("bootstrapServers");
        if (servers.isEmpty()) {
            LOG.info("No Kafka is configured: nothing is masked there until dev.sparsam.logs.kafka.cfg sets"
                    + " bootstrapServers");
            return Optional.empty();
        }
        LogKind kind = configured.value(
                "kind",
                () -> said("kind"),
                text -> ChunkMasker.kind(text).orElseThrow(() -> new IllegalArgumentException(text)));
        String instance = configured.text("instance").isEmpty() ? hostName() : matching("instance", NAME);
        Map<String, String> all = withPrefix(properties, "client.");
        Map<String, String> consumer = new LinkedHashMap<>(all);
        consumer.putAll(withPrefix(properties, "consumer."));
        Map<String, String> producer = new LinkedHashMap<>(all);
        producer.putAll(withPrefix(properties, "producer."));
        if (input.equals(output)) {
            // It would read what it writes, for ever.
            configured.refuse("outputTopic", said("same", input));
            return Optional.empty();
        }
        Set<String> refused = new TreeSet<>(KafkaClients.refused(consumer.keySet()));
        refused.addAll(KafkaClients.refused(producer.keySet()));
        if (!refused.isEmpty()) {
            configured.refuse(
                    fullName(properties, refused.iterator().next()), said("ours", String.join(", ", refused)));
            return Optional.empty();
        }
        Route way = new Route(
                input, output, kind, configured.whole("largestRecord", 16, 1_000_000) * 1_000, names("headers"));
        return Optional.of(Workers.start(
                configured.whole("threads", 1, 64),
                new KafkaClients(
                        servers,
                        configured.value("group", () -> said("name"), whole(NAME)),
                        instance,
                        consumer,
                        producer),
                way,
                masking,
                new Failures(servers, way, instance),
                this::announce,
                Clock.systemUTC()));
    }

    @Deactivate
    void stop() {
        workers.ifPresent(Workers::close);
        synchronized (this) {
            announce(Optional.empty());
            // A worker that did not end in time has nobody to tell it to.
            stopped = true;
        }
        configured.close();
    }

    /** How each worker stands; empty when there are none because nothing, or something wrong, is configured. */
    Optional<List<Progress.Moment>> moments() {
        return workers.map(Workers::moments);
    }

    /** From where to where. */
    String route() {
        return route;
    }

    private synchronized void announce(Optional<Wording> trouble) {
        if (stopped) {
            return;
        }
        announced.ifPresent(Trouble.Announcement::close);
        announced = trouble.map(text -> new Trouble(Trouble.Kind.WAITING, text).announce(context));
        if (trouble.isEmpty()) {
            LOG.debug("Nothing keeps the workers from going on");
        }
    }

    private String matching(String key, Pattern pattern) {
        return configured.value(key, () -> said(pattern == TOPIC ? "topicName" : "name"), whole(pattern));
    }

    private static Function<String, String> whole(Pattern pattern) {
        return text -> {
            if (!pattern.matcher(text).matches()) {
                throw new IllegalArgumentException(text);
            }
            return text;
        };
    }

    private Set<String> names(String key) {
        return Arrays.stream(configured.text(key).split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    private static Map<String, String> withPrefix(Map<String, ?> properties, String prefix) {
        Map<String, String> found = new TreeMap<>();
        properties.forEach((name, value) -> {
            if (name.startsWith(prefix) && name.length() > prefix.length()) {
                found.put(name.substring(prefix.length()), value.toString().strip());
            }
        });
        return found;
    }

    private static String fullName(Map<String, ?> properties, String name) {
        return List.of("client.", "consumer.", "producer.").stream()
                .map(prefix -> prefix + name)
                .filter(properties::containsKey)
                .findFirst()
                .orElse(name);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            LOG.warn(
                    "This host does not know its name; set instance in dev.sparsam.logs.kafka.cfg when more than one"
                            + " process shares the work",
                    e);
            return "localhost";
        }
    }

    private static Wording said(String key, Object... arguments) {
        return Wording.of(KafkaComponent.class, key, arguments);
    }

    /** The sum over all workers of what was wrong. */
    static Map<Note, Long> notes(List<Progress.Moment> moments) {
        Map<Note, Long> all = new TreeMap<>();
        moments.forEach(moment -> moment.notes().forEach((note, number) -> all.merge(note, number, Long::sum)));
        return all;
    }
}
