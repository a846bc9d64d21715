package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.Locale;

/** Something is wrong with a file, and there is a note that says what in every language. */
class NotedException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient FileNote note;

    /** Its message is the note in English. */
    NotedException(FileNote note) {
        this(note, note.in(Locale.ENGLISH, ZoneOffset.UTC));
    }

    /** One with another message. */
    NotedException(FileNote note, String message) {
        super(message);
        this.note = note;
    }

    FileNote note() {
        return note;
    }
}
