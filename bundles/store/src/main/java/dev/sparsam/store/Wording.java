package dev.sparsam.store;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/**
 * What is to be said, in our languages: it is made where nobody knows yet who will read it.
 *
 * @param english for everybody else, and for the log
 * @param german for those who read German
 */
public record Wording(String english, String german) {
    /** Of what has no language, such as a name. */
    public static Wording same(String text) {
        return new Wording(text, text);
    }

    /**
     * Of the resource bundle {@code troubles} in the package of a class.
     *
     * @param key its text, a pattern of {@link MessageFormat}
     * @param arguments of the text; those that are wordings are put in in its language, others as they are written
     */
    public static Wording of(Class<?> owner, String key, Object... arguments) {
        return new Wording(text(owner, Locale.ENGLISH, key, arguments), text(owner, Locale.GERMAN, key, arguments));
    }

    private static String text(Class<?> owner, Locale language, String key, Object... arguments) {
        String pattern = ResourceBundle.getBundle(
                        owner.getPackageName() + ".troubles",
                        language,
                        owner.getClassLoader(),
                        // Without the fallback to the server's own locale.
                        Control.getNoFallbackControl(Control.FORMAT_PROPERTIES))
                .getString(key);
        Object[] plain = new Object[arguments.length];
        for (int i = 0; i < plain.length; i++) {
            // As text: MessageFormat would write port 8080 as 8,080.
            plain[i] = arguments[i] instanceof Wording wording ? wording.in(language) : String.valueOf(arguments[i]);
        }
        return new MessageFormat(pattern, Locale.ROOT).format(plain);
    }

    /** For a reader of this language. */
    public String in(Locale locale) {
        return locale.getLanguage().equals("de") ? german : english;
    }

    /** With something behind it, such as a full stop. */
    public Wording then(String text) {
        return new Wording(english + text, german + text);
    }
}
