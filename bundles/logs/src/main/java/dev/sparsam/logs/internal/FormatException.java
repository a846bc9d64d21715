package dev.sparsam.logs.internal;

import java.util.Locale;

/**
 * A format of a server's configuration is not understood. Says why in both languages, also where there is nothing but this
 * bundle, as in {@code logs mask}.
 */
final class FormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String german;

    /**
     * Makes one.
     *
     * @param key of the text {@code formats.…}
     * @param arguments of the text
     */
    FormatException(String key, String... arguments) {
        super(text(Locale.ENGLISH, key, arguments));
        german = text(Locale.GERMAN, key, arguments);
    }

    /**
     * Of a part of something.
     *
     * @param whole what it is a part of; stands in front
     */
    FormatException(String whole, FormatException part) {
        super(whole + ": " + part.getMessage(), part);
        german = whole + ": " + part.german;
    }

    /** The message, for a reader of this language. */
    String in(Locale locale) {
        return locale.getLanguage().equals("de") ? german : String.valueOf(getMessage());
    }

    private static String text(Locale language, String key, String... arguments) {
        return Messages.of("troubles", language, "formats." + key, (Object[]) arguments);
    }
}
