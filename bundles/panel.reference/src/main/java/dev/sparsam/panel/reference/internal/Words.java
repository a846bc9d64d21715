package dev.sparsam.panel.reference.internal;

import dev.sparsam.panel.TenantKind;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/** What an import says, in German or, for every other language, in English. */
final class Words {
    private final ResourceBundle texts;

    Words(Locale language) {
        // Without the fallback to the server's own locale.
        texts = ResourceBundle.getBundle(
                "dev.sparsam.panel.reference.internal.words",
                language,
                Words.class.getClassLoader(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    /** A text; {@code {0}} and so on stand for the arguments. */
    String say(String key, String... arguments) {
        return new MessageFormat(texts.getString(key), Locale.ROOT).format(arguments);
    }

    String kind(TenantKind kind) {
        return say("kind." + kind.name().toLowerCase(Locale.ROOT));
    }
}
