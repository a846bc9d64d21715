package dev.sparsam.logs;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the lines of closed log files stay as they were written before they are masked, counted from the time of each
 * line: what is needed against attacks and faults.
 *
 * @param hours 0 to 8,784 (a year); with 0 a file is masked as soon as the server has closed it
 */
public record RawPeriod(int hours) implements Comparable<RawPeriod> {
    /** Masked at once. */
    public static final RawPeriod NONE = new RawPeriod(0);

    private static final int MOST = 8_784;
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,4}) ?([hd])");

    /** Checks the number. */
    public RawPeriod {
        if (hours < 0 || hours > MOST) {
            throw new IllegalArgumentException(hours + " hours: use 0 to " + MOST + " hours, for example 24h or 7d");
        }
    }

    /**
     * Reads {@code none}, {@code 24h} or {@code 7d}. A number alone is refused: nobody knows of what.
     *
     * @throws IllegalArgumentException when the text is none of these; the message says what to write instead
     */
    public static RawPeriod parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (word.equals("none")) {
            return NONE;
        }
        Matcher matcher = TEXT.matcher(word);
        if (matcher.matches()) {
            return new RawPeriod(
                    Integer.parseInt(matcher.group(1)) * (matcher.group(2).equals("d") ? 24 : 1));
        }
        throw new IllegalArgumentException("\"" + text.strip()
                + "\" is not understood: write a number of hours or days, for example 24h or 7d, or none");
    }

    @Override
    public int compareTo(RawPeriod other) {
        return Integer.compare(hours, other.hours);
    }

    @Override
    public String toString() {
        if (hours == 0) {
            return "none";
        }
        return hours % 24 == 0 ? hours / 24 + "d" : hours + "h";
    }
}
