package dev.sparsam.logs.internal;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/** What commands say, in German and English; everybody else reads English. */
final class Messages {
    private Messages() {}

    /**
     * A text of this package, with what belongs into it.
     *
     * @param bundle the name of its resource bundle
     * @param key of the text, a pattern of {@link MessageFormat}
     */
    static String of(String bundle, Locale locale, String key, Object... arguments) {
        String pattern = ResourceBundle.getBundle(
                        Messages.class.getPackageName() + "." + bundle,
                        locale,
                        Messages.class.getClassLoader(),
                        // Without the fallback to the server's own locale.
                        Control.getNoFallbackControl(Control.FORMAT_PROPERTIES))
                .getString(key);
        return new MessageFormat(pattern, locale).format(arguments);
    }
}
