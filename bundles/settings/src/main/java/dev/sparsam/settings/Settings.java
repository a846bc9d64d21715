package dev.sparsam.settings;

import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** Resolves and changes settings. Every change leaves a history entry and a receipt in the same transaction. */
@ProviderType
public interface Settings {
    /** Resolves one setting for one scope. */
    <T> Resolved<T> resolve(Setting<T> setting, ScopePath path);

    /** Resolves one setting for many scopes with a constant number of queries. */
    <T> Map<Scope, Resolved<T>> resolveAll(Setting<T> setting, Collection<ScopePath> paths);

    /** Those settings that any scope says something about; all others have their built-in value everywhere. */
    Set<Setting<?>> said(Collection<Setting<?>> settings);

    /** What the path's last scope may say about a setting; what it says itself makes no difference. */
    <T> Limits<T> limits(Setting<T> setting, ScopePath path);

    /** Says what {@link #change} would do now; changes nothing. */
    <T> Outcome preview(Change<T> change);

    /**
     * Makes a change, or keeps it pending until the {@link ChangeGate} lets it through, or refuses it. The newest decision
     * counts: unless it is refused, it supersedes what waits for the same setting at the same scope, also when it says what
     * the scope says already.
     */
    <T> Outcome change(Change<T> change);

    /** What happened to a setting at a scope, the newest first. */
    List<HistoryEntry> history(Scope scope, Setting<?> setting, int limit);

    /** The changes of a setting that wait, at any scope, the oldest first. */
    List<Pending> pending(Setting<?> setting);

    /**
     * Takes back a change that waits.
     *
     * @return whether it was still waiting
     */
    boolean withdraw(long pendingId, Principal by, String reason);

    /**
     * Asks the gates again about every waiting change of the settings that are registered (see {@link Setting}) and makes
     * those that they let through. A gate calls this when what it waited for has come. While there is no gate, all of
     * them go on waiting.
     *
     * @return how many took effect
     */
    int applyDue();

    /**
     * A change of what one scope says.
     *
     * @param setting the setting
     * @param path the scope, with those above it
     * @param rule what the scope says from now on; {@link ScopeRule#none} to inherit everything
     * @param by who changes it
     * @param reason why; may be empty, except where a value is less strict than the one inherited, or scopes below are
     *     newly allowed to relax
     * @param expected what the scope must say now for the change to be made; empty to change whatever is there
     */
    record Change<T>(
            Setting<T> setting,
            ScopePath path,
            ScopeRule<T> rule,
            Principal by,
            String reason,
            Optional<ScopeRule<T>> expected) {}

    /** What becomes of a change. */
    sealed interface Outcome {
        /**
         * It is made (or would be).
         *
         * @param before the effective value before, as text
         * @param after the effective value afterwards, as text
         * @param receipt the receipt's place in the ledger; empty in a preview and when nothing changed
         */
        record Applied(String before, String after, Optional<Long> receipt) implements Outcome {}

        /**
         * It waits (or would).
         *
         * @param reason what it waits for, for people
         * @param pendingId the id of the waiting change; empty in a preview
         */
        record Waiting(String reason, Optional<Long> pendingId) implements Outcome {}

        /**
         * It cannot be made.
         *
         * @param problem why
         * @param by the scope whose lock, bound or value stands against it
         * @param limit the value that stands against it, as text
         */
        record Refused(Problem problem, Optional<Scope> by, Optional<String> limit) implements Outcome {}
    }

    /** Why a change is refused. */
    enum Problem {
        /** A scope above has locked the setting. */
        LOCKED,
        /** The value is stricter than a scope above allows. */
        TOO_STRICT,
        /** The value is less strict than a scope above allows. */
        TOO_LAX,
        /** A change that relaxes needs a reason. */
        REASON_MISSING,
        /** Somebody else changed it in between. */
        CONFLICT,
        /** The rule contradicts itself: its value or bounds exclude each other. */
        CONTRADICTION
    }

    /**
     * One line of history.
     *
     * @param at when
     * @param by who, as {@link Principal#actor}
     * @param reason why
     * @param scope where
     * @param settingId which setting
     * @param before what the scope said before, as text; of a withdrawn or superseded change, what it would
     *     have said
     * @param after what it says since, as text; of a superseded change, what it says until the newer one takes effect,
     *     which has an entry of its own
     * @param event {@code applied}, {@code waiting}, {@code withdrawn}, {@code superseded} for a change that waited until
     *     {@code by} decided anew, or {@code refused} for a change that was overtaken by a scope above while it waited
     */
    record HistoryEntry(
            Instant at,
            String by,
            String reason,
            Scope scope,
            String settingId,
            String before,
            String after,
            String event) {}

    /**
     * A change that waits.
     *
     * @param id for {@link #withdraw}
     * @param since when it was asked for
     * @param by who asked
     * @param reason why
     * @param scope where
     * @param wanted what the scope will say, as text
     * @param waitsFor what it waits for, for people
     */
    record Pending(long id, Instant since, String by, String reason, Scope scope, String wanted, String waitsFor) {}
}
