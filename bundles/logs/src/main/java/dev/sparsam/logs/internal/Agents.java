package dev.sparsam.logs.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells the family of a user agent, from the data file {@code agents.json}. Not thread-safe. */
final class Agents {
    private static final int REMEMBERED = 1024;

    private record Family(String name, List<String> words) {}

    private final List<Family> families = new ArrayList<>();
    private final Map<String, byte[]> known = new LastUsed<>(REMEMBERED);

    /** The name of the family; {@code -} stays, and so does the name of a family. */
    byte[] family(byte[] b, int from, int to) {
        return known.computeIfAbsent(
                new String(b, from, to - from, StandardCharsets.ISO_8859_1),
                agent -> find(agent).getBytes(StandardCharsets.ISO_8859_1));
    }

    private String find(String agent) {
        if (families.isEmpty()) {
            for (DataFile family : DataFile.read("agents.json").objects("families")) {
                families.add(new Family(family.required("name"), family.texts("words")));
            }
        }
        String lower = agent.toLowerCase(Locale.ROOT);
        for (Family family : families) {
            if (family.name.equals(agent) || family.words.stream().anyMatch(lower::contains)) {
                return family.name;
            }
        }
        return agent.equals("-") || agent.isEmpty() ? agent : "other";
    }
}
