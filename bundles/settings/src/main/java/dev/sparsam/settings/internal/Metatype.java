package dev.sparsam.settings.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.osgi.framework.Bundle;

/**
 * The names of the settings that a bundle declares in its metatype (OSGi Compendium, chapter 105).
 *
 * <p>Not asked of the Metatype Service: it writes an error to the log when a bundle is updated while it reads, and that is
 * no error here, only a reason to look again later.
 */
final class Metatype {
    private static final String FOLDER = "OSGI-INF/metatype";

    private Metatype() {}

    /**
     * The settings of each PID of a bundle; none when it declares nothing.
     *
     * @throws IOException when the bundle is updated or uninstalled meanwhile
     */
    static Map<String, Set<String>> of(Bundle bundle) throws IOException {
        Map<String, Set<String>> settings = new TreeMap<>();
        // Not findEntries, which resolves a bundle that is just being updated: whoever starts it at the same moment
        // would be told that the framework is busy.
        Enumeration<String> entries = bundle.getEntryPaths(FOLDER);
        while (entries != null && entries.hasMoreElements()) {
            URL entry = bundle.getEntry(entries.nextElement());
            if (entry != null) {
                try (InputStream in = entry.openStream()) {
                    settings.putAll(read(in));
                }
            }
        }
        return settings;
    }

    static Map<String, Set<String>> read(InputStream in) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        Map<String, Set<String>> attributes = new HashMap<>();
        Map<String, String> classes = new TreeMap<>();
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            String definition = "";
            String pid = "";
            while (xml.hasNext()) {
                if (xml.next() != XMLStreamReader.START_ELEMENT) {
                    continue;
                }
                switch (xml.getLocalName()) {
                    case "OCD" -> {
                        definition = attribute(xml, "id");
                        attributes.put(definition, new TreeSet<>());
                    }
                    case "AD" ->
                        attributes
                                .computeIfAbsent(definition, id -> new TreeSet<>())
                                .add(attribute(xml, "id"));
                    case "Designate" -> {
                        String factoryPid = attribute(xml, "factoryPid");
                        pid = factoryPid.isEmpty() ? attribute(xml, "pid") : factoryPid;
                    }
                    case "Object" -> classes.put(pid, attribute(xml, "ocdref"));
                    default -> {
                        // Icons and options say nothing about names.
                    }
                }
            }
        } catch (XMLStreamException e) {
            throw new IOException("A metatype file cannot be read", e);
        }
        Map<String, Set<String>> settings = new TreeMap<>();
        classes.forEach((pid, definition) -> settings.put(pid, attributes.getOrDefault(definition, Set.of())));
        return settings;
    }

    private static String attribute(XMLStreamReader xml, String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }
}
