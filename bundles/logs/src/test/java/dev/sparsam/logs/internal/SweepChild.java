package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.internal.Change.Kind;
import dev.sparsam.logs.internal.Change.Result;
import dev.sparsam.logs.internal.FileChanger.Fate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A small sweep in a process of its own, to be killed: masks each file of a directory, deletes those whose name holds
 * {@code old}. It keeps a journal, and goes on where the journal ends.
 */
final class SweepChild {
    /** Files that wait to be settled together. */
    private static final int BATCH = 5;

    private final Path directory;
    private final Path journal;
    private final FileChanger changer;
    private final Map<String, Expectation> begun = new HashMap<>();
    private final Map<String, Result> announced = new HashMap<>();
    private final Map<String, String> ended = new HashMap<>();

    private SweepChild(Path directory, Path journal) {
        this.directory = directory;
        this.journal = journal;
        Random random = new Random();
        changer = new FileChanger(() -> String.format("%016x", random.nextLong()), new RealFolders(Optional.empty()));
    }

    /** The arguments are the directory and the journal. */
    public static void main(String[] args) throws IOException {
        new SweepChild(Path.of(args[0]), Path.of(args[1])).run();
    }

    private void run() throws IOException {
        List<String> lines = Files.exists(journal) ? Files.readAllLines(journal) : List.of();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("begin") && words.length == 8) {
                begun.put(
                        words[1],
                        new Expectation(
                                Long.parseLong(words[2]),
                                Long.parseLong(words[3]),
                                Long.parseLong(words[4]),
                                Instant.parse(words[5]),
                                words[6]));
            } else if (words[0].equals("result") && words.length == 5) {
                announced.put(words[1], new Result(Long.parseLong(words[2]), words[3]));
            } else if (words[0].equals("end") && words.length == 4) {
                ended.put(words[1], words[2]);
            }
        }
        System.out.println("ready");
        changer.cleanUp(directory, digits -> false, Instant.now().plusSeconds(1), name -> Fate.SETTLE);
        Map<SecondName, String> waiting = new LinkedHashMap<>();
        for (Map.Entry<String, Expectation> entry : begun.entrySet()) {
            if (!ended.containsKey(entry.getKey())) {
                change(entry.getKey(), entry.getValue(), true, waiting);
            }
        }
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.filter(file -> !FileChanger.isOurs(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (!begun.containsKey(name)) {
                Inspection inspection = Rules.inspect(file, AddressMasking.DEFAULT, ZoneOffset.UTC);
                Expectation expected = inspection.expectation().orElseThrow();
                note("begin " + name + " " + expected.device() + " " + expected.inode() + " " + expected.size() + " "
                        + expected.modified() + " " + expected.sha256());
                change(name, expected, false, waiting);
            }
            if (waiting.size() == BATCH) {
                settle(waiting);
            }
        }
        settle(waiting);
        System.out.println("finished");
    }

    private void change(String name, Expectation expected, boolean again, Map<SecondName, String> waiting) {
        Path file = directory.resolve(name);
        Begun step = name.contains("old")
                ? changer.delete(file, expected, again)
                : changer.replace(
                        file,
                        expected,
                        Rules.rewriting(AddressMasking.DEFAULT),
                        Optional.ofNullable(announced.get(name)),
                        result -> note("result " + name + " " + result.size() + " " + result.sha256()));
        if (step instanceof SecondName second) {
            waiting.put(second, name);
        } else if (step instanceof Change change) {
            end(name, change);
        }
    }

    private void settle(Map<SecondName, String> waiting) {
        changer.settle(waiting.keySet()).forEach((second, change) -> end(waiting.getOrDefault(second, "?"), change));
        waiting.clear();
    }

    private void end(String name, Change change) {
        if (change.kind() != Kind.DONE && change.kind() != Kind.DONE_BEFORE) {
            throw new IllegalStateException(name + ": " + change);
        }
        note("end " + name + " " + change.kind());
    }

    /** A line counts only with its last word: a line torn by the kill is not read as a whole one. */
    private void note(String line) {
        try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.wrap((line + " .\n").getBytes(StandardCharsets.UTF_8)));
            channel.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
