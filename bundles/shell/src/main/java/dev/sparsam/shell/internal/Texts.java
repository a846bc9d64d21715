package dev.sparsam.shell.internal;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;

/** The shell's own sentences in the client's language. */
final class Texts {

    private final ResourceBundle texts;

    private Texts(ResourceBundle texts) {
        this.texts = texts;
    }

    /** @param language such as {@code de}; what is not known is English */
    static Texts in(String language) {
        // Without the fallback to the server's own locale.
        return new Texts(ResourceBundle.getBundle(
                "dev.sparsam.shell.internal.texts",
                Locale.forLanguageTag(language),
                Texts.class.getClassLoader(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES)));
    }

    String text(String key, Object... arguments) {
        return new MessageFormat(texts.getString(key), Locale.ROOT).format(arguments);
    }

    /** What the command does, when it is described in this language. */
    Optional<String> description(String command) {
        try {
            return Optional.of(texts.getString("command." + command));
        } catch (MissingResourceException e) {
            return Optional.empty();
        }
    }
}
