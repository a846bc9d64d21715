package dev.sparsam.logs;

import java.text.MessageFormat;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.stream.Stream;

/**
 * Something to be said about a file, in whatever language.
 *
 * @param code what
 * @param arguments what the code's text has places for: whole numbers in decimal, moments as {@link Instant#toString}
 *     writes them, and words as they are
 */
public record FileNote(Code code, List<String> arguments) {
    private static final String TEXTS = "dev.sparsam.logs.notes";
    private static final List<String> LANGUAGES = List.of("en", "de");

    /**
     * Checks the arguments.
     *
     * @throws IllegalArgumentException when they are not those that the code has places for
     */
    public FileNote {
        arguments = List.copyOf(arguments);
        if (arguments.size() != code.places.size()) {
            throw new IllegalArgumentException(
                    code + " has " + code.places.size() + " arguments, not " + arguments.size());
        }
        for (int i = 0; i < arguments.size(); i++) {
            code.places.get(i).check(code, arguments.get(i));
        }
    }

    /**
     * The moment that it speaks of.
     *
     * @throws IllegalStateException when its code has none
     */
    public Instant time() {
        if (!code.places.equals(List.of(Place.TIME))) {
            throw new IllegalStateException(code + " speaks of no moment");
        }
        return Instant.parse(arguments.get(0));
    }

    /** A note with arguments that are numbers, moments or words. */
    public static FileNote of(Code code, Object... arguments) {
        return new FileNote(code, Stream.of(arguments).map(Object::toString).toList());
    }

    /**
     * The note as a sentence without its full stop. German and English are known; everybody else reads English.
     *
     * @param zone in which times are given
     */
    public String in(Locale locale, ZoneId zone) {
        Locale written = LANGUAGES.contains(locale.getLanguage()) ? locale : Locale.UK;
        String pattern = ResourceBundle.getBundle(
                        TEXTS,
                        written,
                        FileNote.class.getClassLoader(),
                        // Without the fallback to the server's own locale.
                        Control.getNoFallbackControl(Control.FORMAT_PROPERTIES))
                .getString(code.name());
        Object[] values = new Object[arguments.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = code.places.get(i).value(arguments.get(i), written, zone);
        }
        return new MessageFormat(pattern, written).format(values);
    }

    /** What there is to say. The numbers that follow a name are the places of its text. */
    public enum Code {
        /** It was replaced while it was opened. */
        CHANGED_WHILE_OPENED,
        /** It could not be opened in time: somebody puts a named pipe in its place, or the disk does not answer. */
        OPENING_WAITS,
        /** It was written to while it was read. */
        CHANGED_WHILE_READ,
        /** It changed while it was masked, before anything was replaced. */
        CHANGED_WHILE_MASKED,
        /** It is not there any more. */
        GONE,
        /** A symbolic link. */
        SYMBOLIC_LINK,
        /** A directory. */
        DIRECTORY,
        /** A named pipe. */
        NAMED_PIPE,
        /** A socket. */
        SOCKET,
        /** A device. */
        DEVICE,
        /** It has more than one name: how many. */
        HARD_LINKS(Place.NUMBER),

        /** The directory of the logs is a symbolic link. */
        DIRECTORY_IS_LINK,
        /**
         * The path of the directory of the logs leads over a symbolic link that neither root nor the user who runs Sparsam
         * has made: the link, and the number of its owner.
         */
        FOREIGN_LINK(Place.WORDS, Place.WORDS),
        /** Somebody puts something else in the place of the directory of the logs again and again. */
        DIRECTORY_SWAPPED,
        /** The directory of the logs does not exist. */
        DIRECTORY_MISSING,
        /** The directory of the logs was there when planned and is not now. */
        DIRECTORY_GONE,
        /** No file in the directory of the logs matches the panel's pattern: the pattern. */
        NO_FILE_MATCHES(Place.WORDS),
        /** Its name is not valid UTF-8, so it cannot be kept in a plan. */
        NAME_NOT_TEXT,
        /** No line has a time, and there are bytes in it that no log has. */
        NO_LOG,
        /** Its text has two bytes per character (UTF-16), in which nothing is found. */
        WIDE_TEXT,
        /** The panel's pattern for files cannot be used: the pattern. */
        INVALID_PATTERN(Place.WORDS),

        /** The operating system does not let us. */
        PERMISSION_DENIED,
        /** The operating system keeps this act for others, such as giving a file to another owner. */
        NOT_PERMITTED,
        /** A file or directory that is needed is not there. */
        NO_SUCH_FILE,
        /** The file system is full. */
        NO_SPACE,
        /** The quota is used up. */
        QUOTA_EXCEEDED,
        /** Rewriting it would have left too little space on its file system: how much stays free there, in MB. */
        DISK_RESERVE(Place.NUMBER),
        /** It is larger than what is read of one log: how much that is, in GB. */
        TOO_LARGE(Place.NUMBER),
        /** The file system is mounted read-only. */
        READ_ONLY,
        /** The device failed. */
        IO_ERROR,
        /** A directory where a file was expected. */
        IS_DIRECTORY,
        /** A file where a directory was expected. */
        NOT_DIRECTORY,
        /** What the operating system said, or an older version of this program, as it came. */
        OTHER(Place.WORDS),

        /** The name says a compression, but there is no content: which. */
        EMPTY_COMPRESSED(Place.WORDS),
        /** The name says a compression, the content does not: which. */
        NOT_AS_NAMED(Place.WORDS),
        /** The library for a compression cannot be used here: which compression. */
        NO_CODEC(Place.WORDS),
        /** Decompressing takes more memory than allowed: the compression, how much, and what is allowed, in MB. */
        NEEDS_MEMORY(Place.WORDS, Place.NUMBER, Place.NUMBER),
        /** It is compressed with an option that is not supported, such as a dictionary: the compression; at which byte. */
        UNSUPPORTED_OPTIONS(Place.WORDS, Place.NUMBER),
        /** The name says a compression that is not supported: its ending. */
        UNSUPPORTED_ENDING(Place.WORDS),
        /** The content says a compression that is not supported: its name. */
        UNSUPPORTED_CONTENT(Place.WORDS),
        /** Compressed data ends early: at which byte. */
        ENDS_EARLY(Place.NUMBER),
        /** Compressed data is damaged: at which byte. */
        DAMAGED_AT(Place.NUMBER),
        /** Compressed data is damaged: at or shortly before which byte. */
        DAMAGED_NEAR(Place.NUMBER),
        /** A checksum of compressed data does not fit: at which byte. */
        WRONG_CHECKSUM(Place.NUMBER),
        /** A header of compressed data is damaged: at which byte. */
        DAMAGED_HEADER(Place.NUMBER),
        /** A header of compressed data holds a name that is too long: at which byte. */
        NAME_TOO_LONG(Place.NUMBER),
        /** Something else follows the compressed data: from which byte. */
        TRAILING_DATA(Place.NUMBER),
        /** What could be read before the damage: how many lines; how many bytes the file has. */
        READ_BEFORE_DAMAGE(Place.NUMBER, Place.NUMBER),

        /** A process has it open for writing. */
        OPEN_FOR_WRITING,
        /** It was modified a moment ago: when; how many minutes count as a moment. */
        MODIFIED_RECENTLY(Place.TIME, Place.NUMBER),
        /** The current file, and not every process could be asked. */
        CURRENT_UNSURE,
        /** By its name no longer the current file; modified within the last hour, and not every process could be asked. */
        ROTATED_RECENT,
        /** The current file, modified within the last day. */
        CURRENT_RECENT,

        /** The time of its newest line. */
        NEWEST_LINE(Place.TIME),
        /** The time of its oldest line. */
        OLDEST_LINE(Place.TIME),
        /** When the first of what is to be masked in it is old enough. */
        MASKED_FROM(Place.TIME),
        /** No line has a time that could be read: how many lines it has. */
        NO_TIMES(Place.NUMBER),
        /** Lines were not understood, so every address in them is masked: how many. */
        NOT_UNDERSTOOD(Place.NUMBER),
        /** It has no line. */
        EMPTY,

        /** A new file could not be given its owner and group: their numbers. */
        FOREIGN_OWNER(Place.WORDS, Place.WORDS),

        /** It was planned without having been read. */
        NEVER_READ,
        /** It is not the file that was planned any more. */
        NOT_AS_PLANNED,
        /** Its content is not the one that was planned any more. */
        CONTENT_NOT_AS_PLANNED,
        /** The settings of the site have changed since the plan. */
        SETTINGS_CHANGED,
        /** The site has moved since the plan: it is no longer below the scope of the sweep. */
        SITE_MOVED,
        /** A newer sweep has handled the site since the plan. */
        SWEPT_SINCE,
        /** There was no address to mask. */
        NOTHING_TO_MASK,
        /** Somebody wrote to it at the moment it was replaced, and what was written then is lost. */
        WRITTEN_AND_LOST,
        /** It was written to while it was replaced, so it was put back or kept. */
        PUT_BACK,
        /** Another file has its name by now, so it was kept under another: which. */
        KEPT_AS(Place.WORDS),
        /** What it was before could not be dropped nor put back: the name that it has beside it. */
        LEFT_AS(Place.WORDS),
        /** It is masked, but what was to be done afterwards failed. */
        MASKED_WITH_ERROR,
        /** It is deleted, but what was to be done afterwards failed. */
        DELETED_WITH_ERROR,
        /** Nothing has been changed. */
        AS_BEFORE,

        /** It is no archive that is known. */
        NO_ARCHIVE,
        /** It is one volume of several. */
        ARCHIVE_VOLUMES,
        /** It has something that programs read in different ways, or that no longer fits once it is rewritten: at which byte. */
        ARCHIVE_ODD(Place.NUMBER),
        /** It is part of what a backup program keeps, and that knows the content: which program. */
        BACKUP_STORE(Place.WORDS),
        /** A file beside it holds its checksum or signature: its name. */
        CHECKSUM_BESIDE(Place.WORDS),
        /** The next note speaks of a file in the archive: its path. */
        IN_ENTRY(Place.WORDS),
        /** There are more such files in the archive: how many. */
        MORE_ENTRIES(Place.NUMBER),
        /** A file in an archive is encrypted. */
        ENTRY_ENCRYPTED,
        /** A file in an archive is packed by a method that is not supported: its number. */
        ENTRY_METHOD(Place.NUMBER),
        /** A file in an archive is kept without its holes. */
        ENTRY_SPARSE,
        /** A file in an archive is an archive itself. */
        ENTRY_ARCHIVE,
        /** A file in an archive is another name of one that is not named like a log: the path of that one. */
        ENTRY_LINKED(Place.WORDS),
        /** A file in an archive is named like a log, but its lines do not look like one. */
        ENTRY_NO_LOG,
        /** A legal hold keeps it: the first moment at which it does not any more. */
        HELD_UNTIL(Place.TIME),
        /** What could not be read in an archive: when it was modified at the latest. */
        NEWEST_UNREAD(Place.TIME),
        /** It cannot be rewritten and is deleted as a whole: when. */
        ENDS_AT(Place.TIME),
        /** It cannot be rewritten, and nothing deletes it: when the period of everything in it is over. */
        TO_BE_DELETED_BY(Place.TIME),
        /** The period of everything in it is over: since when. */
        OVER_SINCE(Place.TIME);

        @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed
        private final List<Place> places;

        Code(Place... places) {
            this.places = List.of(places);
        }

        /** How many places its text has. */
        public int places() {
            return places.size();
        }
    }

    /** What stands in a place of a text. */
    private enum Place {
        NUMBER {
            @Override
            Object value(String argument, Locale locale, ZoneId zone) {
                return Long.valueOf(argument);
            }
        },
        TIME {
            @Override
            Object value(String argument, Locale locale, ZoneId zone) {
                return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.LONG)
                        .withLocale(locale)
                        .format(Instant.parse(argument).atZone(zone));
            }
        },
        WORDS {
            @Override
            Object value(String argument, Locale locale, ZoneId zone) {
                return argument;
            }
        };

        abstract Object value(String argument, Locale locale, ZoneId zone);

        void check(Code code, String argument) {
            try {
                value(argument, Locale.ROOT, ZoneId.of("UTC"));
            } catch (NumberFormatException | DateTimeException e) {
                throw new IllegalArgumentException(
                        code + ": \"" + argument + "\" is no " + name().toLowerCase(Locale.ROOT), e);
            }
        }
    }
}
