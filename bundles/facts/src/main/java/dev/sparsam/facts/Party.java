package dev.sparsam.facts;

/** What a party is in the sense of data protection law, for one activity. */
public enum Party {
    /** Decides on purposes and means (GDPR Art. 4(7)). */
    CONTROLLER,
    /** Decides together with another (GDPR Art. 26). */
    JOINT_CONTROLLER,
    /** Processes on behalf of a controller (GDPR Art. 4(8), Art. 28). */
    PROCESSOR,
    /** Is engaged by a processor (GDPR Art. 28(2) and (4)). */
    SUB_PROCESSOR
}
