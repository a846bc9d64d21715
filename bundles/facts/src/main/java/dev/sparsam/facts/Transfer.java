package dev.sparsam.facts;

import java.net.URI;
import java.time.LocalDate;
import java.util.Optional;

/**
 * A transfer to a third country and what makes it lawful (GDPR Art. 13(1)(f), Art. 14(1)(f), Art. 30(1)(e)).
 *
 * @param recipient the id of the {@link Recipient}
 * @param country the country that the data goes to
 * @param mechanism what makes the transfer lawful
 * @param checked when it was last checked that the mechanism holds, for example that the company is listed
 * @param fallback what makes it lawful when the mechanism falls
 * @param copyUrl where a copy of the safeguards can be had
 * @param copyContact whom to ask for a copy of the safeguards, an e-mail address
 */
public record Transfer(
        String recipient,
        Country country,
        Mechanism mechanism,
        Optional<LocalDate> checked,
        Optional<Mechanism> fallback,
        Optional<URI> copyUrl,
        Optional<String> copyContact)
        implements Fact {
    /** Checks the form, and that the fallback is another mechanism. */
    public Transfer {
        Checks.id("Transfer.recipient", recipient);
        Checks.optional("Transfer.copyUrl", copyUrl, Checks::web);
        Checks.optional("Transfer.copyContact", copyContact, Checks::email);
        Checks.that(
                fallback.isEmpty() || fallback.get() != mechanism,
                "Transfer.fallback is the same as Transfer.mechanism, " + mechanism);
    }

    /** What can make a transfer lawful, and what once could: so that an outdated declaration is read and found. */
    public enum Mechanism {
        /** An adequacy decision for the country (GDPR Art. 45(3)). */
        ADEQUACY,
        /** The EU-US Data Privacy Framework, for listed companies (Decision (EU) 2023/1795). */
        DATA_PRIVACY_FRAMEWORK,
        /** The standard contractual clauses of Decision (EU) 2021/914 (GDPR Art. 46(2)(c)). */
        STANDARD_CLAUSES,
        /** Binding corporate rules (GDPR Art. 46(2)(b), Art. 47). */
        BINDING_CORPORATE_RULES,
        /** An approved code of conduct (GDPR Art. 46(2)(e)). */
        CODE_OF_CONDUCT,
        /** An approved certification (GDPR Art. 46(2)(f)). */
        CERTIFICATION,
        /** Explicit consent (GDPR Art. 49(1)(a)). */
        EXPLICIT_CONSENT,
        /** Needed for a contract with the data subject or in its interest (GDPR Art. 49(1)(b) and (c)). */
        CONTRACT,
        /** Void since CJEU C-311/18 of 16 July 2020. */
        PRIVACY_SHIELD,
        /** Clauses of Decisions 2001/497/EC, 2004/915/EC and 2010/87/EU, repealed by Decision (EU) 2021/914 Art. 4. */
        REPEALED_CLAUSES
    }
}
