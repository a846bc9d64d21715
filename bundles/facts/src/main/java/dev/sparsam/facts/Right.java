package dev.sparsam.facts;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A right of data subjects and how it is used (GDPR Art. 13(2)(b) to (d)).
 *
 * @param kind which right
 * @param channels how it can be used
 * @param selfService where it can be used without asking anybody
 * @param identityCheck how it is made sure that the right person asks (GDPR Art. 12(6))
 */
public record Right(Kind kind, List<Channel> channels, Optional<URI> selfService, IdentityCheck identityCheck)
        implements Fact {
    /** Checks the form and keeps a copy. */
    public Right {
        channels = Checks.distinct("Right.channels", channels);
        Checks.optional("Right.selfService", selfService, Checks::web);
    }

    /** The rights, with their articles of the GDPR. */
    public enum Kind {
        /** Access, Art. 15. */
        ACCESS(15),
        /** Rectification, Art. 16. */
        RECTIFICATION(16),
        /** Erasure, Art. 17. */
        ERASURE(17),
        /** Restriction of processing, Art. 18. */
        RESTRICTION(18),
        /** Data portability, Art. 20. */
        PORTABILITY(20),
        /** Objection, Art. 21. */
        OBJECTION(21),
        /** A person looks at an automated decision, Art. 22(3). */
        HUMAN_INTERVENTION(22),
        /** Withdrawal of consent, Art. 7(3). */
        WITHDRAWAL(7),
        /** Complaint to a supervisory authority, Art. 77. */
        COMPLAINT(77);

        private final int article;

        Kind(int article) {
            this.article = article;
        }

        /** The number of the article. */
        public int article() {
            return article;
        }
    }

    /** How a right can be used. */
    public enum Channel {
        /** In the panel. */
        PANEL,
        /** By a form on the web that needs no account. */
        WEB_FORM,
        /** By e-mail. */
        EMAIL,
        /** By letter. */
        POST,
        /** By telephone. */
        PHONE
    }

    /** How it is made sure that the right person asks. */
    public enum IdentityCheck {
        /** None is needed. */
        NONE,
        /** By logging in. */
        LOGIN,
        /** By a link sent to the known e-mail address. */
        EMAIL_LINK,
        /** By data that only the person knows, for example from the contract. */
        KNOWN_DATA,
        /** By an identity document, only in cases of reasonable doubt. */
        ID_DOCUMENT
    }
}
