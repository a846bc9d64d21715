package dev.sparsam.web.internal;

import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.KindSetting;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.PersonalField;
import dev.sparsam.logs.RawPeriod;
import dev.sparsam.panel.LogKind;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Says the settings of logs in words, also those that the pages cannot change. */
final class RuleWords {
    private static final String LOGS = "logs.";

    private RuleWords() {}

    /**
     * Says a setting with its value.
     *
     * @param id of the setting, such as {@code logs.mail.retention.live}
     * @return nothing for one that is not known, or a value that it cannot have: other versions may have others
     */
    static Optional<String> say(Texts texts, String id, String value) {
        for (LogKind kind : LogKind.values()) {
            String prefix = LOGS + KindSetting.word(kind) + ".";
            if (id.startsWith(prefix)) {
                return ofAll(texts, LOGS + id.substring(prefix.length()), value)
                        .map(said -> texts.get(
                                "rule.kind", texts.get("kind." + kind.name().toLowerCase(Locale.ROOT)), said));
            }
        }
        return ofAll(texts, id, value);
    }

    private static Optional<String> ofAll(Texts texts, String id, String value) {
        Optional<Editable<?>> editable = Editable.ofId(id);
        if (editable.isPresent()) {
            return editable.map(known -> texts.get("setting." + known.key()) + ": " + known.say(texts, value));
        }
        try {
            return other(texts, id, value);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> other(Texts texts, String id, String value) {
        if (id.equals(LogSettings.BACKUP.all().id())) {
            return said(texts, "backup", Editable.RETENTION.say(texts, value));
        }
        if (id.equals(LogSettings.RAW.all().id())) {
            return said(texts, "raw", raw(texts, RawPeriod.parse(value)));
        }
        if (id.equals(LogSettings.SCOPE.all().id())) {
            return said(texts, "scope", texts.get("rule.scope." + AddressScope.parse(value)));
        }
        if (id.equals("logs.held")) {
            return said(texts, "held", texts.day(LocalDate.parse(value)));
        }
        return Arrays.stream(PersonalField.values())
                .filter(field -> LogSettings.field(field).all().id().equals(id))
                .findFirst()
                .flatMap(field -> said(texts, field.toString(), handling(texts, field.parse(value))));
    }

    private static Optional<String> said(Texts texts, String name, String value) {
        return Optional.of(texts.get("rule." + name) + ": " + value);
    }

    private static String raw(Texts texts, RawPeriod period) {
        if (period.equals(RawPeriod.NONE)) {
            return texts.get("rule.raw.none");
        }
        return period.hours() % 24 == 0
                ? texts.get("span.days", period.hours() / 24)
                : texts.get("span.hours", period.hours());
    }

    private static String handling(Texts texts, Handling handling) {
        return texts.get("rule.handling." + handling);
    }
}
