package dev.sparsam.shell.internal;

import java.text.Format;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;
import org.apache.felix.service.command.CommandSession;

/** The shell's own sentences in the client's language. */
final class Texts {

    private static final String NAME = "dev.sparsam.shell.internal.texts";

    private final ResourceBundle texts;

    private Texts(ResourceBundle texts) {
        this.texts = texts;
    }

    /** The one that these texts are in, which need not be the one that was wished for. */
    String language() {
        String language = texts.getLocale().getLanguage();
        return language.isEmpty() ? "en" : language;
    }

    /** @param language such as {@code de}; what is not known is English */
    static Texts in(String language) {
        // Without the fallback to the server's own locale.
        return new Texts(ResourceBundle.getBundle(
                NAME,
                Locale.forLanguageTag(language),
                Texts.class.getClassLoader(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES)));
    }

    /** In the language of whoever gives commands in this session; a host's own shell is in English. */
    static Texts of(CommandSession session) {
        return in(session.get(GogoSession.LANGUAGE) instanceof String language ? language : "en");
    }

    /** Numbers stay as they are typed in a command, except where the pattern chooses a form by a count. */
    String text(String key, Object... arguments) {
        MessageFormat pattern = new MessageFormat(texts.getString(key), Locale.forLanguageTag(language()));
        Format[] formats = pattern.getFormatsByArgumentIndex();
        Object[] plain = arguments.clone();
        for (int i = 0; i < plain.length; i++) {
            if (i >= formats.length || formats[i] == null) {
                plain[i] = String.valueOf(plain[i]);
            }
        }
        return pattern.format(plain);
    }

    Optional<String> optional(String key) {
        try {
            return Optional.of(texts.getString(key));
        } catch (MissingResourceException e) {
            return Optional.empty();
        }
    }

    /** A constant of an enum, in words. */
    String word(Enum<?> constant) {
        return word(constant.getDeclaringClass().getSimpleName(), constant.name());
    }

    /** A word of ours in the person's; what is not known is said as it is. */
    String word(String kind, String word) {
        return optional(kind + "." + word)
                .orElseGet(() -> word.toLowerCase(Locale.ROOT).replace('_', ' '));
    }

    /** How an argument is called in a usage. */
    String placeholder(String argument) {
        return optional("placeholder." + argument).orElseGet(() -> argument.toUpperCase(Locale.ROOT));
    }

    /** A table with the headings of this text, which are separated by a bar. */
    Table table(String key) {
        return new Table(List.of(texts.getString(key).split("\\|", -1)));
    }

    /** Says that a list goes on: beside it, so that what reads the list sees the list only, and the person knows. */
    void tellMore(int shown) {
        System.err.println(text("list.more", shown));
    }

    /** How many rows somebody wants to see. */
    static int checkedLimit(int limit) {
        if (limit < 1) {
            throw new Refusal("list.limit", limit);
        }
        return limit;
    }

    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
