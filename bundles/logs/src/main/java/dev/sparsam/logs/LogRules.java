package dev.sparsam.logs;

import dev.sparsam.panel.RetentionRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What holds for one kind of log of a site: the stages of its lines, and what masking means.
 *
 * @param live when lines are deleted from the files of the server
 * @param backup when they are deleted from backups
 * @param raw how long they stay as they were written
 * @param masking what happens to them then
 */
public record LogRules(RetentionRule live, RetentionRule backup, RawPeriod raw, MaskingPolicy masking) {
    /** What holds where nobody says otherwise. */
    public static final LogRules DEFAULT = new LogRules(
            LogSettings.LIVE.all().builtIn(),
            LogSettings.BACKUP.all().builtIn(),
            LogSettings.RAW.all().builtIn(),
            MaskingPolicy.DEFAULT);

    /** The same, but nothing is deleted. */
    public LogRules withoutDeletion() {
        return new LogRules(new RetentionRule.Forever(), new RetentionRule.Forever(), raw, masking);
    }

    /** What holds for the same log in backups: its lines are deleted later, or earlier. */
    public LogRules inBackups() {
        return new LogRules(backup, backup, raw, masking);
    }

    /** Each value as its setting writes it. */
    Map<KindSetting<?>, String> values() {
        Map<KindSetting<?>, String> values = new LinkedHashMap<>();
        values.put(LogSettings.LIVE, live.toString());
        values.put(LogSettings.BACKUP, backup.toString());
        values.put(LogSettings.RAW, raw.toString());
        values.put(LogSettings.ADDRESS, masking.addresses().toString());
        values.put(LogSettings.SCOPE, masking.scope().toString());
        for (PersonalField field : PersonalField.values()) {
            values.put(LogSettings.field(field), masking.of(field).toString());
        }
        return values;
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException when the text is not understood
     */
    public static LogRules parse(String text) {
        RetentionRule live = DEFAULT.live;
        RetentionRule backup = DEFAULT.backup;
        RawPeriod raw = DEFAULT.raw;
        List<String> masking = new ArrayList<>();
        for (String item : text.split(" ", -1)) {
            if (item.startsWith("live=")) {
                live = RetentionRule.parse(item.substring(5));
            } else if (item.startsWith("backup=")) {
                backup = RetentionRule.parse(item.substring(7));
            } else if (item.startsWith("raw=")) {
                raw = RawPeriod.parse(item.substring(4));
            } else {
                masking.add(item);
            }
        }
        return new LogRules(live, backup, raw, MaskingPolicy.parse(String.join(" ", masking)));
    }

    @Override
    public String toString() {
        return "live=" + live + " backup=" + backup + " raw=" + raw + " " + masking;
    }
}
