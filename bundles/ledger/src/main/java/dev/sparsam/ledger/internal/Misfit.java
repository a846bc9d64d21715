package dev.sparsam.ledger.internal;

import java.text.MessageFormat;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.ResourceBundle;

/** Something in a ledger does not fit. What it is, is said in the language of whoever asks. */
final class Misfit extends Exception {
    private static final long serialVersionUID = 1;

    private final transient OptionalLong entry;
    private final String key;
    private final String[] arguments;

    /** A misfit that is not about a certain entry. */
    Misfit(String key, Object... arguments) {
        this(OptionalLong.empty(), key, texts(arguments));
    }

    private Misfit(OptionalLong entry, String key, String[] arguments) {
        super(key);
        this.entry = entry;
        this.key = key;
        this.arguments = arguments;
    }

    /** The same misfit, at the first entry that it concerns. */
    Misfit at(long index) {
        Misfit misfit = new Misfit(OptionalLong.of(index), key, arguments);
        misfit.initCause(this);
        return misfit;
    }

    /** The first entry that does not fit; empty when it is not about an entry. */
    OptionalLong entry() {
        return entry;
    }

    String text(Locale locale) {
        return text(locale, key, (Object[]) arguments);
    }

    /** A message of this bundle. */
    static String text(Locale locale, String key, Object... arguments) {
        ResourceBundle messages = ResourceBundle.getBundle(
                Misfit.class.getPackageName() + ".messages",
                locale,
                Misfit.class.getClassLoader(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        // Numbers become plain digits: a grouping point would not be found again with a text search.
        return new MessageFormat(messages.getString(key), locale).format(texts(arguments));
    }

    /** What an exception says, also when it says nothing. */
    static String reason(Exception exception) {
        return Objects.requireNonNullElse(
                exception.getMessage(), exception.getClass().getSimpleName());
    }

    private static String[] texts(Object[] arguments) {
        return Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
    }
}
