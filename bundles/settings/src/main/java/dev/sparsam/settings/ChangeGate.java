package dev.sparsam.settings;

import dev.sparsam.panel.Scope;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides when a change that makes processing worse for people may take effect: the privacy notice registers one, so
 * that a change waits for the notice that announces it. Changes that make it better never wait.
 *
 * <p>Without a gate a new change takes effect at once: an installation without a notice has nothing to wait for, and this
 * bundle cannot tell it from one whose gate is away just now. So who offers a gate keeps the service registered for as
 * long as changes can be made. A change that waits already stays where it is until a gate lets it through, even when the
 * gate that held it went away.
 */
@ConsumerType
public interface ChangeGate {
    /** Decides about a change; called within the change's transaction. */
    Decision decide(Proposal proposal);

    /**
     * What is about to change.
     *
     * @param settingId the setting
     * @param scope the scope whose rule changes
     * @param before the effective value there, as text
     * @param after the effective value it would have, as text
     */
    record Proposal(String settingId, Scope scope, String before, String after) {}

    /** What the gate says. */
    sealed interface Decision {
        /** It may take effect. */
        record Now() implements Decision {}

        /**
         * It waits.
         *
         * @param reason for what, for people
         */
        record Wait(String reason) implements Decision {}
    }
}
