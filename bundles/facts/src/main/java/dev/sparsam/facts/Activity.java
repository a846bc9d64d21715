package dev.sparsam.facts;

import java.util.List;

/**
 * Something that is done with personal data (GDPR Art. 4(2), a row of the record of Art. 30).
 *
 * @param id by which other facts refer to it, for example {@code access-log}
 * @param role what the owner of the scope is in this activity: controller, processor, ...
 * @param subjects whose data it is (GDPR Art. 30(1)(c))
 * @param fields the ids of the {@link DataField}s (GDPR Art. 14(1)(d), Art. 30(1)(c))
 * @param purposes the ids of the {@link Purpose}s (GDPR Art. 13(1)(c))
 * @param recipients the ids of the {@link Recipient}s (GDPR Art. 13(1)(e))
 * @param source where the data comes from (GDPR Art. 14(2)(f))
 */
public record Activity(
        String id,
        Party role,
        List<Subject> subjects,
        List<String> fields,
        List<String> purposes,
        List<String> recipients,
        Source source)
        implements Fact {
    /** Checks the ids and keeps copies. */
    public Activity {
        Checks.id("Activity.id", id);
        subjects = Checks.distinct("Activity.subjects", subjects);
        fields = Checks.list("Activity.fields", fields, Checks::id);
        purposes = Checks.list("Activity.purposes", purposes, Checks::id);
        recipients = Checks.list("Activity.recipients", recipients, Checks::id);
    }

    /** Categories of data subjects in web hosting. */
    public enum Subject {
        /** Visits a web site. */
        VISITOR,
        /** Has a contract, or works for somebody who has. */
        CUSTOMER,
        /** Has an account in the panel. */
        ACCOUNT_HOLDER,
        /** Holds a domain. */
        DOMAIN_HOLDER,
        /** Writes or receives mail. */
        CORRESPONDENT,
        /** Reports abuse. */
        REPORTER,
        /** Asks a question before there is a contract. */
        PROSPECT,
        /** Applies for a job. */
        APPLICANT,
        /** Works for the owner of the scope. */
        EMPLOYEE
    }

    /** Where the data comes from. */
    public sealed interface Source {
        /** From the person it is about, also by using the service (GDPR Art. 13). */
        record DataSubject() implements Source {}

        /**
         * From somebody else (GDPR Art. 14).
         *
         * @param source the id of the text that names the source
         * @param publiclyAccessible whether everybody can look there
         */
        record ThirdParty(String source, boolean publiclyAccessible) implements Source {
            /** Checks the id. */
            public ThirdParty {
                Checks.id("Activity.Source.ThirdParty.source", source);
            }
        }
    }
}
