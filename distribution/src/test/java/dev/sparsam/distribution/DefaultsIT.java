package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The configuration files that ship name exactly the settings that the bundles have, with their defaults. */
class DefaultsIT {

    @Test
    void everySettingHasItsCommentedLine() throws Exception {
        Map<String, Map<String, String>> settings = settings();
        assertThat(settings).containsKeys("dev.sparsam.store", "dev.sparsam.web");
        for (Map.Entry<String, Map<String, String>> pid : settings.entrySet()) {
            Path optional = Home.assembled().resolve("optional").resolve(pid.getKey());
            Path file = (Files.exists(optional) ? optional : Home.assembled().resolve("etc"))
                    .resolve(pid.getKey() + ".cfg");
            assertThat(file).exists();
            List<String> lines = Files.readAllLines(file);
            assertThat(lines.stream().filter(line -> line.matches("#\\w+ =.*")))
                    .as("%s", file)
                    .containsExactlyInAnyOrderElementsOf(pid.getValue().entrySet().stream()
                            // A prefix, of which the file has examples.
                            .filter(setting -> !setting.getKey().endsWith("."))
                            .map(setting -> ("#" + setting.getKey() + " = " + setting.getValue()).stripTrailing())
                            .toList());
            assertThat(lines)
                    .as("%s sets nothing by itself", file)
                    .allMatch(line -> line.isBlank() || line.startsWith("#"));
        }
    }

    @Test
    void noFileConfiguresNothing() throws Exception {
        for (String folder : List.of("etc", "demo")) {
            for (Path file : files(Home.assembled().resolve(folder))) {
                String name = file.getFileName().toString();
                if (name.endsWith(".cfg")) {
                    assertThat(settings()).containsKey(name.substring(0, name.length() - ".cfg".length()));
                }
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** By PID: the keys with their defaults, from the metatype that bnd generates. */
    private static Map<String, Map<String, String>> settings() throws Exception {
        Map<String, Map<String, String>> settings = new TreeMap<>();
        for (Path jar : Home.shipped(Home.assembled())) {
            if (!jar.getFileName().toString().startsWith("dev.sparsam.")) {
                continue;
            }
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                for (ZipEntry entry : Collections.list(zip.entries())) {
                    if (entry.getName().matches("OSGI-INF/metatype/.*\\.xml")) {
                        try (InputStream in = zip.getInputStream(entry)) {
                            read(
                                    DocumentBuilderFactory.newInstance()
                                            .newDocumentBuilder()
                                            .parse(in),
                                    settings);
                        }
                    }
                }
            }
        }
        return settings;
    }

    private static void read(Document document, Map<String, Map<String, String>> settings) {
        Map<String, String> keys = new TreeMap<>();
        NodeList attributes = document.getElementsByTagName("AD");
        for (int i = 0; i < attributes.getLength(); i++) {
            Element attribute = (Element) attributes.item(i);
            keys.put(attribute.getAttribute("id"), attribute.getAttribute("default"));
        }
        NodeList designates = document.getElementsByTagName("Designate");
        for (int i = 0; i < designates.getLength(); i++) {
            settings.put(((Element) designates.item(i)).getAttribute("pid"), keys);
        }
    }
}
