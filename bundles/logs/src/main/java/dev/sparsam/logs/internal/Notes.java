package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Notes about files: how they are kept in the database, and those about what the operating system said. */
final class Notes {
    /** How a kept note starts; no sentence of the versions that kept sentences starts so. */
    private static final String MARK = "#";

    /** The C library speaks the language that the process was started in. */
    private static final Map<String, Code> SYSTEM = Map.ofEntries(
            Map.entry("Permission denied", Code.PERMISSION_DENIED),
            Map.entry("Keine Berechtigung", Code.PERMISSION_DENIED),
            Map.entry("Operation not permitted", Code.NOT_PERMITTED),
            Map.entry("Die Operation ist nicht erlaubt", Code.NOT_PERMITTED),
            Map.entry("No such file or directory", Code.NO_SUCH_FILE),
            Map.entry("Datei oder Verzeichnis nicht gefunden", Code.NO_SUCH_FILE),
            Map.entry("No space left on device", Code.NO_SPACE),
            Map.entry("Auf dem Gerät ist kein Speicherplatz mehr verfügbar", Code.NO_SPACE),
            Map.entry("Disk quota exceeded", Code.QUOTA_EXCEEDED),
            Map.entry("Der zugewiesene Plattenplatz (Quota) ist überschritten", Code.QUOTA_EXCEEDED),
            Map.entry("Read-only file system", Code.READ_ONLY),
            Map.entry("Das Dateisystem ist nur lesbar", Code.READ_ONLY),
            Map.entry("Input/output error", Code.IO_ERROR),
            Map.entry("Eingabe-/Ausgabefehler", Code.IO_ERROR),
            Map.entry("Is a directory", Code.IS_DIRECTORY),
            Map.entry("Ist ein Verzeichnis", Code.IS_DIRECTORY),
            Map.entry("Not a directory", Code.NOT_DIRECTORY),
            Map.entry("Ist kein Verzeichnis", Code.NOT_DIRECTORY));

    private Notes() {}

    /** What went wrong, without the path. */
    static FileNote of(IOException e) {
        if (e instanceof NotedException noted) {
            return noted.note();
        }
        if (e instanceof AccessDeniedException) {
            return FileNote.of(Code.PERMISSION_DENIED);
        }
        if (e instanceof NoSuchFileException) {
            return FileNote.of(Code.NO_SUCH_FILE);
        }
        if (e instanceof NotDirectoryException) {
            return FileNote.of(Code.NOT_DIRECTORY);
        }
        String said = e instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : String.valueOf(e.getMessage());
        Code code = SYSTEM.get(said);
        if (code != null) {
            return FileNote.of(code);
        }
        return FileNote.of(
                Code.OTHER,
                e.getMessage() == null || said.isEmpty() ? e.getClass().getSimpleName() : said);
    }

    /** One line for each note: its code, then each argument after a tab. */
    static String write(List<FileNote> notes) {
        return notes.stream()
                .map(note -> MARK
                        + note.code()
                        + note.arguments().stream()
                                .map(argument -> "\t" + escaped(argument))
                                .collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
    }

    private static String escaped(String argument) {
        return argument.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
    }

    /**
     * Reads what {@link #write} wrote. A sentence of an older version is read as one note, and so is a line of a newer
     * version: whatever it says, it is shown.
     */
    static List<FileNote> read(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        if (!text.startsWith(MARK)) {
            return List.of(FileNote.of(Code.OTHER, text));
        }
        List<FileNote> notes = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String[] parts = line.split("\t", -1);
            try {
                List<String> arguments = new ArrayList<>();
                for (int i = 1; i < parts.length; i++) {
                    arguments.add(unescaped(parts[i]));
                }
                notes.add(new FileNote(Code.valueOf(parts[0].substring(MARK.length())), arguments));
            } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
                // Not one of ours: shown as it is, as the method says.
                notes.add(FileNote.of(Code.OTHER, line));
            }
        }
        return List.copyOf(notes);
    }

    private static String unescaped(String argument) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < argument.length(); i++) {
            char c = argument.charAt(i);
            if (c == '\\' && i + 1 < argument.length()) {
                i++;
                c = switch (argument.charAt(i)) {
                    case 't' -> '\t';
                    case 'n' -> '\n';
                    default -> argument.charAt(i);
                };
            }
            text.append(c);
        }
        return text.toString();
    }
}
