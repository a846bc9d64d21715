package dev.sparsam.logs.internal;

import dev.sparsam.logs.internal.Change.Kind;
import dev.sparsam.logs.internal.FileChanger.Fate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Masks the archives in a folder, its argument, in a process of its own, to be killed; started again, it goes on. */
final class ArchiveProcess {
    private ArchiveProcess() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        FileChanger changer = new FileChanger(new TemporaryNames()::next, new RealFolders(Optional.empty()));
        System.out.println("ready");
        changer.cleanUp(directory, digits -> true, Instant.now(), name -> Fate.SETTLE);
        List<SecondName> begun = new ArrayList<>();
        for (Path file : files(directory)) {
            Inspection found = ArchiveInspection.of(file, ArchiveTest.archive(), LargestLog.ANY);
            Begun step = changer.replace(
                    file,
                    found.expectation().orElseThrow(() -> new IllegalStateException(file + ": " + found)),
                    ArchiveTest.archive().rewriting(),
                    Optional.empty(),
                    result -> {});
            if (step instanceof SecondName name) {
                begun.add(name);
            } else if (step instanceof Change change && change.kind() != Kind.DONE) {
                throw new IllegalStateException(file + ": " + change);
            }
            if (begun.size() == 3) {
                changer.settle(begun);
                begun.clear();
            }
        }
        changer.settle(begun);
        System.out.println("finished");
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> !FileChanger.isOurs(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }
}
