package dev.sparsam.logs.internal;

import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.logs.SweepFile;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;

/** What one set of rules holds for: a kind of log where it is written, or in backups. */
record LogPlace(LogKind kind, boolean backup) {
    private static final String BACKUP = "BACKUP_";

    static LogPlace of(LogStream stream) {
        return new LogPlace(stream.kind(), stream.storage().isBackup());
    }

    static LogPlace of(SweepFile file) {
        return new LogPlace(file.kind(), file.backup());
    }

    /** The rules that a sweep follows there: a legal hold keeps everything. */
    LogRules followed(SiteRules rules) {
        return rules.held().isPresent() ? in(rules).withoutDeletion() : in(rules);
    }

    /** The rules that are set for there. */
    LogRules in(SiteRules rules) {
        LogRules own = rules.of(kind);
        return backup ? own.inBackups() : own;
    }

    /** Reads what {@link #toString} writes. */
    static LogPlace parse(String text) {
        boolean backup = text.startsWith(BACKUP);
        return new LogPlace(LogKind.valueOf(backup ? text.substring(BACKUP.length()) : text), backup);
    }

    @Override
    public String toString() {
        return (backup ? BACKUP : "") + kind;
    }
}
