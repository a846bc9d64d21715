package dev.sparsam.facts;

import java.util.Optional;

/**
 * To whom data is disclosed (GDPR Art. 4(9), Art. 13(1)(e), Art. 30(1)(d)).
 *
 * @param id by which other facts refer to it
 * @param role what it is towards the owner of the scope
 * @param category what it does
 * @param name its name; empty for a category without names, for example courts. Whoever asks under Art. 15 is told the
 *     name, also when the notice shows only the category (CJEU C-154/21)
 * @param unnamedBecause the id of the text that says why the notice shows the category only
 * @param country where it is established; empty for a category
 * @param agreement the id of the {@link Agreement} with it (GDPR Art. 26, Art. 28(3))
 * @param engagedBy the id of the processor that engaged it (GDPR Art. 28(2) and (4)); only for a sub-processor
 * @param jointControl the essence of the arrangement (GDPR Art. 26(2)); only for a joint controller
 */
public record Recipient(
        String id,
        Party role,
        Category category,
        Optional<String> name,
        Optional<String> unnamedBecause,
        Optional<Country> country,
        Optional<String> agreement,
        Optional<String> engagedBy,
        Optional<JointControl> jointControl)
        implements Fact {
    /** Checks the ids, and that what is given belongs to the role. */
    public Recipient {
        Checks.id("Recipient.id", id);
        Checks.optional("Recipient.name", name, Checks::text);
        Checks.optional("Recipient.unnamedBecause", unnamedBecause, Checks::id);
        Checks.optional("Recipient.agreement", agreement, Checks::id);
        Checks.optional("Recipient.engagedBy", engagedBy, Checks::id);
        Checks.that(
                engagedBy.isEmpty() || role == Party.SUB_PROCESSOR,
                "Recipient.engagedBy is given for a " + role + ": only a SUB_PROCESSOR is engaged by a processor");
        Checks.that(
                jointControl.isEmpty() || role == Party.JOINT_CONTROLLER,
                "Recipient.jointControl is given for a " + role + ": it belongs to a JOINT_CONTROLLER");
    }

    /** What a recipient does. */
    public enum Category {
        /** Runs the data centre or the servers. */
        DATA_CENTRE,
        /** Delivers content, filters requests or ends TLS in front of the server. */
        CONTENT_DELIVERY,
        /** Keeps backups. */
        BACKUP,
        /** Carries mail. */
        MAIL,
        /** Runs a domain registry. */
        REGISTRY,
        /** Registers domains for others. */
        REGISTRAR,
        /** Sells hosting to its own customers. */
        RESELLER,
        /** Makes the software and checks its licence. */
        SOFTWARE_VENDOR,
        /** Takes payments. */
        PAYMENT,
        /** Keeps the books, audits or gives advice under a duty of secrecy. */
        ACCOUNTING_AND_ADVICE,
        /** Helps customers. */
        SUPPORT,
        /** Measures how a web site is used. */
        ANALYTICS,
        /** Advertises. */
        ADVERTISING,
        /** Has a right to registration data on request (§ 50 BSIG, NIS2 Art. 28(5)). */
        ACCESS_SEEKER,
        /** A court or public authority. */
        PUBLIC_AUTHORITY
    }

    /**
     * The essence of an arrangement between joint controllers.
     *
     * @param essence the id of the text
     * @param contactPoint the e-mail address for data subjects
     */
    public record JointControl(String essence, String contactPoint) {
        /** Checks the form. */
        public JointControl {
            Checks.id("Recipient.JointControl.essence", essence);
            Checks.email("Recipient.JointControl.contactPoint", contactPoint);
        }
    }
}
