package dev.sparsam.settings.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what a configuration file says in vain: a key that nobody reads, a value of the wrong type, a file whose name
 * configures nothing. Configuration Admin takes all of it without a word. What is allowed is read from the bundles'
 * metatype, so a new setting is known here without a change.
 */
@Component(service = ConfigurationListener.class, immediate = true)
public final class ConfigurationCheck implements ConfigurationListener {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationCheck.class);

    private static final String OURS = "dev.sparsam";

    /** Where File Install notes the file that a configuration comes from. */
    private static final String FILE = "felix.fileinstall.filename";

    /** Keys that belong to the framework's services and may stand in any configuration. */
    private static final Pattern FOREIGN = Pattern.compile(
            "service\\..*|component\\..*|felix\\.fileinstall\\..*|org\\.apache\\.karaf\\..*|\\..*|.*\\.target|.*\\.cardinality\\.minimum");

    /** One setting: what kind of value it takes, and which ones if they are listed. */
    record Key(int type, boolean many, List<String> options) {}

    private final BundleContext context;
    private final ConfigurationAdmin configurations;
    private final MetaTypeService metatypes;
    private final Thread first;

    /** Checks what is there already, in the background: no page waits for it. */
    @Activate
    public ConfigurationCheck(
            BundleContext context, @Reference ConfigurationAdmin configurations, @Reference MetaTypeService metatypes) {
        this.context = context;
        this.configurations = configurations;
        this.metatypes = metatypes;
        this.first = new Thread(() -> check("(&(service.pid=" + OURS + "*)(" + FILE + "=*))"), "sparsam-configuration");
        first.setDaemon(true);
        first.start();
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        first.interrupt();
        first.join(1_000);
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (event.getType() == ConfigurationEvent.CM_UPDATED && event.getPid().startsWith(OURS)) {
            check("(&(service.pid=" + event.getPid() + ")(" + FILE + "=*))");
        }
    }

    private void check(String filter) {
        try {
            Configuration[] found = configurations.listConfigurations(filter);
            if (found == null) {
                return;
            }
            for (Configuration configuration : found) {
                Dictionary<String, Object> properties = configuration.getProperties();
                if (properties == null) {
                    continue;
                }
                Map<String, Object> values = values(properties);
                if (values.isEmpty()) {
                    continue; // Every line is a comment: right, whatever the file is called.
                }
                String factory = configuration.getFactoryPid();
                String pid = factory == null ? configuration.getPid() : factory;
                String file = String.valueOf(properties.get(FILE));
                if (ours().filter(bundle -> !resolved(bundle))
                        .noneMatch(bundle -> pid.startsWith(bundle.getSymbolicName()))) {
                    problems(pid, file, lines(file), values, known()).forEach(LOG::error);
                }
            }
        } catch (IOException | InvalidSyntaxException | IllegalStateException e) {
            // IllegalStateException: Configuration Admin, or we, have just been stopped.
            LOG.debug("Configuration was not checked", e);
        }
    }

    /**
     * What is wrong with one file, one sentence each.
     *
     * @param pid what the file configures
     * @param lines the file's lines, empty when it cannot be read
     * @param known the settings of every PID
     */
    static List<String> problems(
            String pid,
            String file,
            List<String> lines,
            Map<String, Object> values,
            Map<String, Map<String, Key>> known) {
        Map<String, Key> keys = known.get(pid);
        if (keys == null) {
            return List.of(file + ": nothing is configured by a file of this name"
                    + suggestion(pid, known.keySet())
                            .map(name -> "; did you mean " + name + ".cfg?")
                            .orElse(""));
        }
        List<String> problems = new ArrayList<>();
        values.forEach((name, value) -> {
            String place =
                    file + line(lines, name).map(number -> ", line " + number).orElse("");
            Key key = keys.get(name);
            if (key == null) {
                problems.add(place + ": there is no setting " + name + ", it has no effect"
                        + suggestion(name, keys.keySet())
                                .map(near -> "; did you mean " + near + "?")
                                .orElse("; there are " + String.join(", ", keys.keySet())));
            } else {
                complaint(key, value)
                        .ifPresent(allowed ->
                                problems.add(place + ": " + name + " = " + value + ", but it must be " + allowed));
            }
        });
        return problems;
    }

    private static Optional<String> complaint(Key key, Object value) {
        if (key.many() || !(value instanceof String written)) {
            return Optional.empty(); // Lists are split by the reader, and what is typed in the file is typed already.
        }
        String text = written.strip();
        if (!key.options().isEmpty()) {
            return key.options().contains(text)
                    ? Optional.empty()
                    : Optional.of("one of " + String.join(", ", key.options()));
        }
        return switch (key.type()) {
            case AttributeDefinition.BOOLEAN ->
                text.equals("true") || text.equals("false") ? Optional.empty() : Optional.of("true or false");
            case AttributeDefinition.BYTE -> whole(text, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case AttributeDefinition.SHORT -> whole(text, Short.MIN_VALUE, Short.MAX_VALUE);
            case AttributeDefinition.INTEGER -> whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case AttributeDefinition.LONG -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
            case AttributeDefinition.DOUBLE, AttributeDefinition.FLOAT -> number(text);
            default -> Optional.empty();
        };
    }

    private static Optional<String> whole(String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return Optional.empty();
            }
        } catch (NumberFormatException e) {
            // Answered below, together with a number that is too large.
        }
        return Optional.of("a whole number from " + least + " to " + most);
    }

    private static Optional<String> number(String text) {
        try {
            return Double.isNaN(Double.parseDouble(text)) ? Optional.of("a number") : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.of("a number such as 0.5");
        }
    }

    /** The line, from 1, on which the key is set; the last one, as it is the one that holds. */
    private static Optional<Integer> line(List<String> lines, String key) {
        Pattern set = Pattern.compile("\\s*" + Pattern.quote(key) + "\\s*[=:].*|\\s*" + Pattern.quote(key) + "\\s*");
        for (int i = lines.size(); i > 0; i--) {
            if (set.matcher(lines.get(i - 1)).matches()) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** The known name that is nearest, unless all are far. */
    private static Optional<String> suggestion(String name, Collection<String> known) {
        String nearest = "";
        int least = Math.max(2, name.length() / 4) + 1;
        for (String candidate : known) {
            int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
    }

    /** How many letters must be put in, left out or changed (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    private static Map<String, Object> values(Dictionary<String, Object> properties) {
        Map<String, Object> values = new TreeMap<>();
        for (String key : Collections.list(properties.keys())) {
            if (!FOREIGN.matcher(key).matches()) {
                values.put(key, properties.get(key));
            }
        }
        return values;
    }

    private static List<String> lines(String file) {
        try {
            Path path = file.startsWith("file:") ? Path.of(URI.create(file)) : Path.of(file);
            // Any byte is a letter in Latin-1: a file in another encoding still has its lines.
            return Files.readAllLines(path, StandardCharsets.ISO_8859_1);
        } catch (IOException | IllegalArgumentException e) {
            return List.of();
        }
    }

    private Stream<Bundle> ours() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> String.valueOf(bundle.getSymbolicName()).startsWith(OURS));
    }

    /**
     * Whether a bundle can be asked for its metatype. One that is being installed or updated would be resolved for that,
     * and whoever starts it at the same moment would be told that the framework is busy.
     */
    private static boolean resolved(Bundle bundle) {
        return (bundle.getState() & (Bundle.INSTALLED | Bundle.UNINSTALLED)) == 0;
    }

    private Map<String, Map<String, Key>> known() {
        Map<String, Map<String, Key>> known = new TreeMap<>();
        for (Bundle bundle : ours().filter(ConfigurationCheck::resolved).toList()) {
            MetaTypeInformation information = metatypes.getMetaTypeInformation(bundle);
            if (information != null) {
                for (String pid : pids(information)) {
                    known.put(pid, keys(information.getObjectClassDefinition(pid, null)));
                }
            }
        }
        return known;
    }

    private static Set<String> pids(MetaTypeInformation information) {
        Set<String> pids = new TreeSet<>(List.of(information.getPids()));
        pids.addAll(List.of(information.getFactoryPids()));
        return pids;
    }

    private static Map<String, Key> keys(@Nullable ObjectClassDefinition definition) {
        Map<String, Key> keys = new TreeMap<>();
        if (definition != null) {
            for (AttributeDefinition attribute : definition.getAttributeDefinitions(ObjectClassDefinition.ALL)) {
                String[] options = attribute.getOptionValues();
                keys.put(
                        attribute.getID(),
                        new Key(
                                attribute.getType(),
                                attribute.getCardinality() != 0,
                                options == null ? List.of() : List.of(options)));
            }
        }
        return keys;
    }
}
