package dev.sparsam.logs.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which {@linkplain PipeSitesFile sites files} this Sparsam has written, so that none of them keeps keys when another
 * one takes its place, or when none is written any more: a key that lies on in a forgotten file is not destroyed. A logger that
 * still reads such a file goes on with keys of its own, which end with it.
 */
final class WrittenSitesFiles {
    private static final Logger LOG = LoggerFactory.getLogger(WrittenSitesFiles.class);

    /** There are keys in it. */
    static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");

    /** What is being written is called so at its end. */
    static final String FRESH = ".new";

    private final Path list;

    /** @param list the file in which they are remembered, a path in each line */
    WrittenSitesFiles(Path list) {
        this.list = list;
    }

    /** Remembers one, before there are keys in it. */
    synchronized void add(Path file) throws IOException {
        Set<String> known = known();
        if (known.add(file.toAbsolutePath().toString())) {
            save(known);
        }
    }

    /** Takes the keys out of all but the one that is written now, and forgets these. */
    synchronized void leave(Optional<Path> now) throws IOException {
        String current = now.map(Path::toAbsolutePath).map(Path::toString).orElse("");
        Set<String> known = known();
        for (String file : List.copyOf(known)) {
            if (!file.equals(current)) {
                if (takeKeys(Path.of(file), day -> true)) {
                    LOG.info("{} is not written any more; the keys have been taken out of it", file);
                }
                known.remove(file);
                save(known);
            }
        }
    }

    private Set<String> known() throws IOException {
        Set<String> known = new TreeSet<>();
        if (Files.exists(list)) {
            Files.readAllLines(list).stream().filter(line -> !line.isBlank()).forEach(known::add);
        }
        return known;
    }

    private void save(Set<String> known) throws IOException {
        Files.createDirectories(Objects.requireNonNull(list.toAbsolutePath().getParent()));
        replace(list, String.join("\n", known) + "\n");
    }

    /**
     * Takes keys out of a sites file; all else stays as it is.
     *
     * @param over whether the key of a day is to be taken out
     * @return whether there were any
     * @throws IOException also when it is no such file
     */
    static boolean takeKeys(Path file, Predicate<LocalDate> over) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        StringWriter text = new StringWriter();
        boolean changed;
        try (JsonParser in = new JsonFactory().createParser(Files.readString(file));
                JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.useDefaultPrettyPrinter();
            changed = copy(in, out, over);
        }
        if (changed) {
            replace(file, text + "\n");
        }
        return changed;
    }

    private static void replace(Path file, String text) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Path fresh = Files.createTempFile(
                folder, file.getFileName() + ".", FRESH, PosixFilePermissions.asFileAttribute(OWN));
        try {
            write(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static boolean copy(JsonParser in, JsonGenerator out, Predicate<LocalDate> over) throws IOException {
        boolean changed = false;
        boolean keys = false;
        for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
            if (keys && token == JsonToken.FIELD_NAME && over.test(day(in.currentName()))) {
                in.nextToken();
                in.skipChildren();
                changed = true;
                continue;
            }
            if (token == JsonToken.START_OBJECT) {
                keys = "keys".equals(in.currentName());
            } else if (token == JsonToken.END_OBJECT) {
                keys = false;
            }
            out.copyCurrentEvent(in);
        }
        return changed;
    }

    /** What is no day has no key either. */
    private static LocalDate day(String name) {
        try {
            return LocalDate.parse(name);
        } catch (DateTimeParseException e) {
            LOG.debug("No day, so its key is over", e);
            return LocalDate.MIN;
        }
    }

    /** On the disk before it has its name: after a power failure there is the old one or the new one, and not half of it. */
    static void write(Path fresh, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
