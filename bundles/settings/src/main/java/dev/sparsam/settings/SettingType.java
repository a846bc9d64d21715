package dev.sparsam.settings;

/**
 * The values a setting can have, how they are written, and which are better for the people whose data it is.
 *
 * @param text how a value is written: to the database, to histories, in commands
 * @param parse reads what {@code text} writes and what people write; an {@link IllegalArgumentException} says what is
 *     wrong and what to write instead
 * @param strictness orders values
 */
public record SettingType<T>(Writer<T> text, Parser<T> parse, Strictness<T> strictness) {
    /** Writes a value. */
    @FunctionalInterface
    public interface Writer<T> {
        /** The stable text form. */
        String write(T value);
    }

    /** Reads a value. */
    @FunctionalInterface
    public interface Parser<T> {
        /** Reads a text, or throws an {@link IllegalArgumentException} fit for people. */
        T read(String text);
    }

    /** Whether {@code value} is in any way worse for people than {@code than}. */
    public boolean relaxes(T value, T than) {
        return !strictness.atLeast(value, than);
    }
}
