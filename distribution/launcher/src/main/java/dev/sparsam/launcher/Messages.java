package dev.sparsam.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;

/** The launcher's sentences in one language. */
final class Messages {

    private final Properties texts;

    private final Locale locale;

    private Messages(Properties texts, Locale locale) {
        this.texts = texts;
        this.locale = locale;
    }

    /** @param language a language tag or POSIX locale such as {@code de_DE.UTF-8}; what is not German is English */
    static Messages in(String language) {
        Locale locale = language.toLowerCase(Locale.ROOT).startsWith("de") ? Locale.GERMAN : Locale.ENGLISH;
        String file = "messages_" + locale.getLanguage();
        Properties texts = new Properties();
        try (InputStream in = Messages.class.getResourceAsStream(file + ".properties")) {
            if (in == null) {
                throw new IllegalStateException("The launcher's jar lacks " + file + ".properties");
            }
            texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Messages(texts, locale);
    }

    /** Numbers and paths are passed as text: MessageFormat would write port 8080 as 8,080. */
    String text(String key, Object... arguments) {
        String pattern = texts.getProperty(key);
        if (pattern == null) {
            throw new IllegalArgumentException("No text for " + key);
        }
        Object[] plain = new Object[arguments.length];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = String.valueOf(arguments[i]);
        }
        return new MessageFormat(pattern, Locale.ROOT).format(plain);
    }

    /** For numbers with a fraction. */
    Locale locale() {
        return locale;
    }

    Set<String> keys() {
        return texts.stringPropertyNames();
    }
}
