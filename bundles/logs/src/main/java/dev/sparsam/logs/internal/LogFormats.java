package dev.sparsam.logs.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The formats that Sparsam knows. */
final class LogFormats {
    static final String SCHEMA = "sparsam-log-format/1";

    private LogFormats() {}

    /** The names of all formats, in the order in which they are tried. */
    static List<String> names() {
        return DataFile.read("index.json").texts("formats");
    }

    /** All of them, in that order. Templates are not thread-safe, so each caller gets its own. */
    static List<LogFormat> known() {
        return names().stream().map(LogFormats::named).toList();
    }

    /** Reads a format. */
    static LogFormat named(String name) {
        DataFile file = DataFile.read(name + ".json");
        try {
            List<Template> lines = new ArrayList<>();
            file.objects("lines").forEach(line -> lines.add(template(line)));
            List<Template> tails = new ArrayList<>();
            file.texts("tails").forEach(tail -> tails.add(Template.of(tail)));
            List<Marker> markers = new ArrayList<>();
            addMarkers(file, markers);
            // What many programs write in the same way is written down once.
            file.texts("with").forEach(other -> addMarkers(DataFile.read(other + ".json"), markers));
            Map<String, Mark> keys = new LinkedHashMap<>();
            DataFile json = file.object("json");
            json.values().keySet().forEach(key -> keys.put(key, mark(json.required(key))));
            return new LogFormat(
                    name,
                    lines,
                    tails,
                    Set.copyOf(file.texts("programs")),
                    file.texts("starts"),
                    new Markers(markers),
                    keys,
                    file.text("plainIds").isPresent(),
                    file.text("generic").isPresent());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(file.name() + ": " + e.getMessage(), e);
        }
    }

    private static void addMarkers(DataFile file, List<Marker> markers) {
        for (DataFile marker : file.objects("markers")) {
            markers.add(new Marker(
                    mark(marker.required("mark")),
                    marker.required("after"),
                    marker.text("until"),
                    marker.texts("before"),
                    marker.text("then"),
                    marker.text("past")));
        }
    }

    private static Template template(DataFile line) {
        if (line.text("apache").isPresent()) {
            return ServerFormats.apache(line.required("apache"));
        }
        return line.text("nginx").isPresent()
                ? ServerFormats.nginx(line.required("nginx"))
                : Template.of(line.required("value"));
    }

    private static Mark mark(String name) {
        return Mark.named(name).orElseThrow(() -> new IllegalArgumentException("there is no mark \"" + name + "\""));
    }
}
