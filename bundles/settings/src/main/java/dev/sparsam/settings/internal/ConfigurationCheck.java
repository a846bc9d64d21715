package dev.sparsam.settings.internal;

import dev.sparsam.store.ConfigFile;
import dev.sparsam.store.Trouble;
import dev.sparsam.store.Wording;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what a configuration file says in vain: a key that nobody reads or that is set twice, a file whose name configures nothing.
 * Configuration Admin takes all of it without a word. The names are read from the bundles' metatype, so a new setting is
 * known here without a change. The values are judged by whoever reads them, see {@link dev.sparsam.store.Configured}.
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

    private final BundleContext context;
    private final ConfigurationAdmin configurations;
    private final Thread first;
    private final Map<String, List<Trouble.Announcement>> announced = new HashMap<>();

    /** Checks what is there already, in the background: no page waits for it. */
    @Activate
    public ConfigurationCheck(BundleContext context, @Reference ConfigurationAdmin configurations) {
        this.context = context;
        this.configurations = configurations;
        this.first = new Thread(this::checkAll, "sparsam-configuration");
        first.setDaemon(true);
        first.start();
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        first.interrupt();
        first.join(1_000);
        synchronized (announced) {
            announced.values().forEach(old -> old.forEach(Trouble.Announcement::close));
            announced.clear();
        }
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (!event.getPid().startsWith(OURS)) {
            return;
        }
        if (event.getType() == ConfigurationEvent.CM_DELETED) {
            announce(event.getPid(), List.of());
        } else if (event.getType() == ConfigurationEvent.CM_UPDATED) {
            check("(&(service.pid=" + event.getPid() + ")(" + FILE + "=*))");
        }
    }

    private void checkAll() {
        try {
            // Bundles that are being updated can be asked a moment later.
            for (int i = 0; i < 10 && !check("(&(service.pid=" + OURS + "*)(" + FILE + "=*))"); i++) {
                Thread.sleep(1_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether all bundles could be asked. */
    private boolean check(String filter) {
        try {
            Configuration[] found = configurations.listConfigurations(filter);
            if (found == null) {
                return true;
            }
            Map<String, Set<String>> known = known();
            for (Configuration configuration : found) {
                Dictionary<String, Object> properties = configuration.getProperties();
                if (properties == null) {
                    continue;
                }
                Map<String, Object> values = values(properties);
                String factory = configuration.getFactoryPid();
                String pid = factory == null ? configuration.getPid() : factory;
                announce(
                        configuration.getPid(),
                        values.isEmpty()
                                ? List.of() // Every line is a comment: right, whatever the file is called.
                                : problems(
                                        pid,
                                        ConfigFile.of(pid, Map.of(FILE, properties.get(FILE))),
                                        values.keySet(),
                                        known));
            }
            return true;
        } catch (IOException | InvalidSyntaxException | IllegalStateException e) {
            // A bundle is being updated; or (IllegalStateException) Configuration Admin, or we, have just been stopped.
            LOG.debug("Configuration was not checked", e);
            return false;
        }
    }

    /** Says what is wrong with a configuration now, in place of what was said before. */
    private void announce(String pid, List<Wording> problems) {
        synchronized (announced) {
            announced.getOrDefault(pid, List.of()).forEach(Trouble.Announcement::close);
            announced.put(
                    pid,
                    problems.stream()
                            .map(problem -> new Trouble(Trouble.Kind.DEFAULT, problem).announce(context))
                            .toList());
        }
    }

    /**
     * What is wrong with the names of one configuration, one sentence each.
     *
     * @param pid what it configures
     * @param names the settings that it has
     * @param known the settings of every PID
     */
    static List<Wording> problems(
            String pid, ConfigFile file, Collection<String> names, Map<String, ? extends Collection<String>> known) {
        Collection<String> keys = known.get(pid);
        if (keys == null) {
            return List.of(ConfigFile.nearest(pid, known.keySet())
                    .map(near -> said("file.unknown.near", file.name(), near))
                    .orElseGet(() -> said("file.unknown", file.name())));
        }
        Stream<Wording> unknown = names.stream()
                .filter(name -> !isKnown(name, keys))
                .map(name -> ConfigFile.nearest(name, keys)
                        .map(near -> said("name.unknown.near", file.place(name), name, near))
                        .orElseGet(() -> said("name.unknown", file.place(name), name, String.join(", ", keys))));
        return Stream.concat(unknown, file.oddities(keys).stream()).toList();
    }

    /** A setting whose name ends with a point stands for all that begin with it, which are handed on to others. */
    private static boolean isKnown(String name, Collection<String> keys) {
        return keys.contains(name) || keys.stream().anyMatch(key -> key.endsWith(".") && name.startsWith(key));
    }

    private static Wording said(String key, Object... arguments) {
        return Wording.of(ConfigurationCheck.class, key, arguments);
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

    private Map<String, Set<String>> known() throws IOException {
        Map<String, Set<String>> known = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            if (String.valueOf(bundle.getSymbolicName()).startsWith(OURS)) {
                known.putAll(Metatype.of(bundle));
            }
        }
        return known;
    }
}
