package dev.sparsam.logs;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What else than addresses speaks of people in logs. */
public enum PersonalField {
    /** The name that somebody logged in with. */
    USER(Handling.HASH, false),
    /** An e-mail address, anywhere; cut to its domain. Message-ids are none: they join the lines of a message. */
    EMAIL(Handling.HASH, true),
    /** A session id, a token, a password, in a URL or elsewhere by its name; credentials in a URL. */
    TOKEN(Handling.DROP, false),
    /** The query string of a URL; cut to the names of its parameters. */
    QUERY(Handling.KEEP, true),
    /** The page that a visitor came from; cut to its origin (RFC 6454). */
    REFERRER(Handling.KEEP, true),
    /** What the visitor's program says of itself; cut to the name of the program. */
    AGENT(Handling.KEEP, true),
    /** A hardware address (MAC) or the name of a device where the log says that it is one; cut to the manufacturer's half. */
    DEVICE(Handling.CUT, true);

    private final Handling builtIn;
    private final boolean cut;

    PersonalField(Handling builtIn, boolean cut) {
        this.builtIn = builtIn;
        this.cut = cut;
    }

    /** What happens to it where nobody says otherwise. */
    public Handling builtIn() {
        return builtIn;
    }

    /** What can be chosen. */
    public Set<Handling> choices() {
        return cut ? EnumSet.allOf(Handling.class) : EnumSet.complementOf(EnumSet.of(Handling.CUT));
    }

    /**
     * Reads one of the {@link #choices()}.
     *
     * @throws IllegalArgumentException when the text is none; the message says what to write instead
     */
    public Handling parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        return choices().stream()
                .filter(choice -> choice.toString().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + text.strip() + "\" cannot be done with " + this
                        + ": write one of "
                        + choices().stream().map(Handling::toString).collect(Collectors.joining(", "))));
    }

    /** The field with a name as {@link #toString} gives it. */
    static PersonalField named(String name) {
        return Arrays.stream(values())
                .filter(field -> field.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no field \"" + name
                        + "\": write address, scope"
                        + " or one of "
                        + Arrays.stream(values()).map(PersonalField::toString).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
