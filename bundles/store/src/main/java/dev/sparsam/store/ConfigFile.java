package dev.sparsam.store;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a configuration was written, for messages about it. */
public final class ConfigFile {
    /** Where File Install notes the file that a configuration comes from. */
    private static final String FILE = "felix.fileinstall.filename";

    private static final Pattern ASSIGNMENT = Pattern.compile("\\s*([\\w.]+)(\\s*|[\\s=:].*)");

    private final String pid;
    private final Optional<Path> file;

    private ConfigFile(String pid, Optional<Path> file) {
        this.pid = pid;
        this.file = file;
    }

    /**
     * Of a configuration.
     *
     * @param pid its PID, for one that does not come from a file
     * @param properties its properties
     */
    public static ConfigFile of(String pid, Map<String, ?> properties) {
        Object name = properties.get(FILE);
        return new ConfigFile(pid, name == null ? Optional.empty() : path(name.toString()));
    }

    private static Optional<Path> path(String name) {
        try {
            return Optional.of(name.startsWith("file:") ? Path.of(URI.create(name)) : Path.of(name));
        } catch (IllegalArgumentException e) {
            // Not a name of ours: the configuration is named by its PID.
            return Optional.empty();
        }
    }

    /** The file's name, or the PID when there is no file. */
    public Wording name() {
        return file.map(path -> Wording.same(path.toString()))
                .orElseGet(() -> Wording.of(ConfigFile.class, "file.none", pid));
    }

    /** The file and the line on which a key is set, as in {@code /data/etc/dev.sparsam.logs.cfg, line 5}. */
    public Wording place(String key) {
        return line(lines(), key)
                .map(number -> Wording.of(ConfigFile.class, "file.line", name(), number))
                .orElseGet(this::name);
    }

    /**
     * Whether the file does not say this any more: a component that starts anew because of another one may be given the
     * configuration of a moment ago once more.
     */
    boolean isOutdated(String key, String value) {
        List<String> lines = lines();
        if (lines.isEmpty()) {
            return false;
        }
        // A backslash may stand for anything, also for the next line.
        return line(lines, key)
                .map(number -> lines.get(number - 1))
                .map(line -> !line.contains("\\") && !line.contains(value))
                .orElse(true);
    }

    /** What is odd in the file itself: a key that is set twice, or to nothing by a line without an equals sign. */
    public List<Wording> oddities(Collection<String> keys) {
        List<String> lines = lines();
        List<Wording> found = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher assignment = ASSIGNMENT.matcher(lines.get(i));
            boolean continues = i > 0 && lines.get(i - 1).endsWith("\\");
            if (continues || !assignment.matches() || !keys.contains(assignment.group(1))) {
                continue;
            }
            String key = assignment.group(1);
            if (assignment.group(2).isBlank()) {
                found.add(Wording.of(ConfigFile.class, "file.bare", name(), i + 1, key));
            }
            Integer before = seen.put(key, i + 1);
            if (before != null) {
                found.add(Wording.of(ConfigFile.class, "file.twice", name(), i + 1, key, before));
            }
        }
        return found;
    }

    private List<String> lines() {
        if (file.isEmpty()) {
            return List.of();
        }
        try {
            // As the launcher tells File Install to read it; what is no UTF-8 is replaced, as it is there.
            return new String(Files.readAllBytes(file.get()), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            // It has just been removed: what is wrong can still be said without the line.
            return List.of();
        }
    }

    /** The line, from 1, on which the key is set; the last one, as it is the one that holds. */
    private static Optional<Integer> line(List<String> lines, String key) {
        // Of a line without = or : the first word is the key.
        Pattern set = Pattern.compile("\\s*" + Pattern.quote(key) + "(?:[\\s=:].*)?");
        for (int i = lines.size(); i > 0; i--) {
            if (set.matcher(lines.get(i - 1)).matches()) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** The known name that is nearest to a misspelt one, unless all are far. */
    public static Optional<String> nearest(String name, Collection<String> known) {
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

    /** How many letters must be put in, left out, changed or swapped with the next one (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int changed = steps[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                steps[i][j] = Math.min(changed, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
                }
            }
        }
        return steps[a.length()][b.length()];
    }
}
