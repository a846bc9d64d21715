package dev.sparsam.panel;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a panel itself rotates files: after each period a new one is begun, and so many earlier ones are kept. Panels say
 * this where people need to know after how many days a line is gone.
 *
 * @param every when a new file is begun
 * @param count how many earlier files are kept; at least 0
 */
public record Rotation(Every every, int count) {
    private static final Pattern TEXT = Pattern.compile("(daily|weekly|monthly) ?x ?([0-9]{1,4})");

    /** A period, with the days that it has at most. */
    public enum Every {
        /** Each day. */
        DAILY(1),
        /** Each week. */
        WEEKLY(7),
        /** Each month. */
        MONTHLY(31);

        private final int days;

        Every(int days) {
            this.days = days;
        }
    }

    /** Checks the count. */
    public Rotation {
        if (count < 0) {
            throw new IllegalArgumentException("A rotation keeps 0 earlier files or more, not " + count);
        }
    }

    /**
     * After how many days the oldest line is gone at the latest: the earlier files and the one being written, with the
     * longest months there are. So {@code weekly x 4} is 35 days.
     */
    public int worstCaseDays() {
        return every.days * (count + 1);
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static Rotation parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no rotation, such as \"weekly x 4\"");
        }
        return new Rotation(
                Every.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)), Integer.parseInt(matcher.group(2)));
    }

    @Override
    public String toString() {
        return every.name().toLowerCase(Locale.ROOT) + " x " + count;
    }
}
