package dev.sparsam.notice;

import dev.sparsam.facts.Evidenced;
import dev.sparsam.facts.Withheld;
import dev.sparsam.panel.SiteId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.osgi.annotation.versioning.ProviderType;

/** Writes notices. */
@ProviderType
public interface Notices {
    /** The languages in which every clause exists. */
    List<Locale> languages();

    /**
     * The notice of a site as of now.
     *
     * @throws IllegalArgumentException when the panel does not have the site, or the language is not one of
     *     {@link #languages}
     */
    Notice notice(SiteId site, Locale language);

    /**
     * A notice.
     *
     * @param site of which site
     * @param language in which language
     * @param asOf as of when
     * @param statements its sentences, each from facts; empty when nothing is known that could be stated
     * @param stale facts whose evidence is too old to be stated
     * @param withheld what is not stated because a setting has replaced it or because something stood in its way
     */
    record Notice(
            SiteId site,
            Locale language,
            Instant asOf,
            List<Statement> statements,
            List<Evidenced<?>> stale,
            List<Withheld<?>> withheld) {
        /** Keeps copies. */
        public Notice {
            statements = List.copyOf(statements);
            stale = List.copyOf(stale);
            withheld = List.copyOf(withheld);
        }
    }

    /**
     * A sentence, or a few that belong together.
     *
     * @param clause the clause's id and version, for example {@code logs.retention.live@1}
     * @param text plain text
     * @param facts the facts that it states
     */
    record Statement(String clause, String text, List<Evidenced<?>> facts) {
        /** Keeps a copy. */
        public Statement {
            facts = List.copyOf(facts);
        }
    }
}
