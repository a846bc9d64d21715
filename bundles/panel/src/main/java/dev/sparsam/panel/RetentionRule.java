package dev.sparsam.panel;

import java.util.Locale;

/**
 * How long something is kept. There is no number that means "for ever": that is a word of its own, because panels
 * disagree about what {@code 0} and an empty field mean.
 */
public sealed interface RetentionRule {
    /**
     * Kept for a number of days, counted from the newest content of the kept thing.
     *
     * @param days 1 to 36,500
     */
    record Days(int days) implements RetentionRule {
        /** Checks the number of days. */
        public Days {
            if (days < 1 || days > 36_500) {
                throw new IllegalArgumentException(
                        days + " days: use 1 to 36500 days, or the words \"no-logging\" or \"forever\"");
            }
        }

        @Override
        public String toString() {
            return days + "d";
        }
    }

    /** Never deleted. */
    record Forever() implements RetentionRule {
        @Override
        public String toString() {
            return "forever";
        }
    }

    /** Not kept at all: what exists is deleted as soon as nothing writes to it any more. */
    record NoLogging() implements RetentionRule {
        @Override
        public String toString() {
            return "no-logging";
        }
    }

    /** No rule of its own: the next scope above decides. Never the result of a resolution. */
    record Inherit() implements RetentionRule {
        @Override
        public String toString() {
            return "inherit";
        }
    }

    /**
     * Reads a rule from what a person or a file says: {@code 7}, {@code 7d}, {@code no-logging}, {@code forever} or
     * {@code inherit}, in any case. {@code 0} and the empty text are refused, never guessed.
     *
     * @throws IllegalArgumentException when the text is none of these; the message says what to write instead
     */
    static RetentionRule parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        return switch (word) {
            case "forever" -> new Forever();
            case "no-logging" -> new NoLogging();
            case "inherit" -> new Inherit();
            default -> {
                if (word.matches("[0-9]{1,5} ?d?")) {
                    int days = Integer.parseInt(word.replaceAll("[^0-9]", ""));
                    if (days >= 1 && days <= 36_500) {
                        yield new Days(days);
                    }
                }
                throw new IllegalArgumentException(
                        (word.isEmpty() ? "An empty retention" : "Retention \"" + text.strip() + "\"")
                                + " is not understood: write a number of days from 1 to 36500, or one of the words"
                                + " no-logging, forever, inherit");
            }
        };
    }
}
