package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotesTest {
    private static final Instant TIME = Instant.parse("2026-11-22T02:03:22Z");
    private static final List<Code> CODES = List.of(Code.values());
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static Properties texts(String file) throws IOException {
        Properties texts = new Properties();
        try (InputStream stream = Objects.requireNonNull(FileNote.class.getResourceAsStream(file), file);
                InputStreamReader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            texts.load(reader);
        }
        return texts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"notes.properties", "notes_de.properties"})
    void bothLanguagesSayEveryCodeWithAllItsPlacesAndNothingElse(String file) throws IOException {
        Properties texts = texts(file);
        assertThat(texts.stringPropertyNames())
                .isEqualTo(Stream.of(Code.values()).map(Code::name).collect(Collectors.toSet()));
        for (Code code : Code.values()) {
            String text = texts.getProperty(code.name());
            Set<Integer> places = new TreeSet<>();
            Pattern.compile("\\{([0-9])")
                    .matcher(text)
                    .results()
                    .forEach(place -> places.add(Integer.parseInt(place.group(1))));
            assertThat(places)
                    .as(code + ": " + text)
                    .isEqualTo(IntStream.range(0, code.places()).boxed().collect(Collectors.toSet()));
            assertThat(text).as("an apostrophe would swallow places").doesNotContain("'");
        }
    }

    /** One note of a code, whatever stands in its places. */
    private static FileNote any(Code code, Random random) {
        for (Object[] arguments : candidates(code.places(), random)) {
            try {
                return FileNote.of(code, arguments);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining(code.name());
            }
        }
        throw new AssertionError(code + " takes none of these");
    }

    private static List<Object[]> candidates(int places, Random random) {
        List<Object> kinds = List.of(words(random), random.nextInt(100_000), TIME.plusSeconds(random.nextInt(9_999)));
        List<Object[]> all = new ArrayList<>(List.<Object[]>of(new Object[0]));
        for (int i = 0; i < places; i++) {
            all = all.stream()
                    .flatMap(start -> kinds.stream()
                            .map(kind -> Stream.concat(Stream.of(start), Stream.of(kind))
                                    .toArray()))
                    .collect(Collectors.toCollection(ArrayList::new));
        }
        // Words fit where words are wanted only, so the strict kinds are tried first.
        all.sort((one, other) -> Long.compare(words(one), words(other)));
        return all;
    }

    private static long words(Object[] arguments) {
        return Stream.of(arguments).filter(String.class::isInstance).count();
    }

    private static String words(Random random) {
        return random.ints(random.nextInt(12), 0, 8)
                .mapToObj(i -> "\\\t\n#tnäx".substring(i, i + 1))
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @EnumSource(Code.class)
    void everyCodeIsASentenceInBothLanguages(Code code) {
        FileNote note = any(code, new Random(1));
        String english = note.in(Locale.UK, ZoneOffset.UTC);
        assertThat(english).isNotBlank().doesNotContain("{", "}");
        if (code != Code.OTHER) {
            assertThat(note.in(Locale.GERMANY, ZoneOffset.UTC)).isNotBlank().isNotEqualTo(english);
        }
    }

    @Test
    void numbersAndTimesAreWrittenAsTheLanguageDoes() {
        FileNote early = FileNote.of(Code.ENDS_EARLY, 1_234_567);
        assertThat(early.in(Locale.UK, BERLIN)).isEqualTo("The compressed data ends early, at byte 1,234,567");
        assertThat(early.in(Locale.GERMAN, BERLIN))
                .isEqualTo("Die komprimierten Daten enden zu früh, bei Byte 1.234.567");
        assertThat(early.in(Locale.FRENCH, BERLIN)).isEqualTo(early.in(Locale.UK, BERLIN));
        FileNote newest = FileNote.of(Code.NEWEST_LINE, TIME);
        assertThat(newest.in(Locale.GERMANY, BERLIN)).isEqualTo("Ihre neueste Zeile ist vom 22.11.2026, 03:03:22 MEZ");
        assertThat(newest.in(Locale.UK, BERLIN)).isEqualTo("Its newest line is of 22 Nov 2026, 03:03:22 CET");
        assertThat(FileNote.of(Code.NOT_UNDERSTOOD, 1).in(Locale.GERMANY, BERLIN))
                .startsWith("1 Zeile wurde");
        assertThat(FileNote.of(Code.NOT_UNDERSTOOD, 2_000).in(Locale.GERMANY, BERLIN))
                .startsWith("2.000 Zeilen wurden");
    }

    @Test
    void aNoteHoldsWhatItsTextHasPlacesFor() {
        assertThatThrownBy(() -> FileNote.of(Code.GONE, 1)).hasMessageContaining("GONE");
        assertThatThrownBy(() -> FileNote.of(Code.ENDS_EARLY)).hasMessageContaining("ENDS_EARLY");
        assertThatThrownBy(() -> FileNote.of(Code.ENDS_EARLY, "x")).hasMessageContaining("\"x\" is no number");
        assertThatThrownBy(() -> FileNote.of(Code.NEWEST_LINE, 7)).hasMessageContaining("\"7\" is no time");
    }

    @Test
    void whatIsKeptIsReadAgain() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            List<FileNote> notes = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                notes.add(any(CODES.get(random.nextInt(CODES.size())), random));
                notes.add(FileNote.of(Code.OTHER, words(random)));
            }
            assertThat(Notes.read(Notes.write(notes))).isEqualTo(notes);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"It is gone", "Permission denied; the file is as before", "#", "#GONE\t1", "#FROM_TOMORROW\t1"})
    void whatWasKeptByAnotherVersionIsShownAsItIs(String kept) {
        assertThat(Notes.read(kept)).containsExactly(FileNote.of(Code.OTHER, kept));
        assertThat(Notes.read(kept).get(0).in(Locale.GERMANY, BERLIN)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({
        "Permission denied, PERMISSION_DENIED",
        "No such file or directory, NO_SUCH_FILE",
        "No space left on device, NO_SPACE",
        "Read-only file system, READ_ONLY",
        "Input/output error, IO_ERROR",
        "Is a directory, IS_DIRECTORY",
        "Not a directory, NOT_DIRECTORY",
        "Operation not permitted, NOT_PERMITTED",
        "Disk quota exceeded, QUOTA_EXCEEDED",
        "Das Dateisystem ist nur lesbar, READ_ONLY"
    })
    void whatTheSystemSaysOftenHasItsCode(String said, Code code) {
        assertThat(Notes.of(new IOException(said))).isEqualTo(FileNote.of(code));
        assertThat(Notes.of(new FileSystemException("/a", null, said))).isEqualTo(FileNote.of(code));
    }

    @Test
    void whatTheSystemSaysOtherwiseIsPassedThrough() {
        assertThat(Notes.of(new FileSystemException("/a", null, "Stale file handle")))
                .isEqualTo(FileNote.of(Code.OTHER, "Stale file handle"));
        assertThat(Notes.of(new IOException())).isEqualTo(FileNote.of(Code.OTHER, "IOException"));
        assertThat(Notes.of(new AccessDeniedException("/a"))).isEqualTo(FileNote.of(Code.PERMISSION_DENIED));
        assertThat(Notes.of(new NoSuchFileException("/a"))).isEqualTo(FileNote.of(Code.NO_SUCH_FILE));
    }
}
