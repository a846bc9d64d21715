package dev.sparsam.logs.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file that lines are appended to.
 *
 * @param domain whose lines they are; empty for those of unknown hosts
 * @param directory absolute
 * @param file its name
 * @param owner the number of the user a new file is given to; empty to keep it
 * @param group likewise
 * @param mode the permissions of a new file
 */
record PipeTarget(String domain, Path directory, String file, Optional<Long> owner, Optional<Long> group, int mode) {
    private static final int LINES = 6;

    Path path() {
        return directory.resolve(file);
    }

    /** One line for each part. */
    String text() {
        return String.join(
                        "\n",
                        domain,
                        directory.toString(),
                        file,
                        owner.map(String::valueOf).orElse(""),
                        group.map(String::valueOf).orElse(""),
                        String.valueOf(mode))
                + "\n";
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException when it is none
     */
    static PipeTarget read(String text) {
        List<String> parts = List.of(text.split("\n", -1));
        if (parts.size() < LINES) {
            throw new IllegalArgumentException("There are " + parts.size() + " lines where " + LINES + " must be");
        }
        return new PipeTarget(
                parts.get(0),
                Path.of(parts.get(1)),
                parts.get(2),
                number(parts.get(3)),
                number(parts.get(4)),
                Integer.parseInt(parts.get(5)));
    }

    private static Optional<Long> number(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(text));
    }
}
