package dev.sparsam.facts;

import dev.sparsam.panel.Principal;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** What a capability holds about a person. Every capability that stores personal data registers one (whiteboard). */
@ConsumerType
public interface PersonalDataSource {
    /** The kinds of personal data this source stores, for example {@code web.accounts}. */
    List<String> categories();

    /** Everything that is held about the subject, for access and portability (GDPR Art. 15 and 20). */
    List<DataRecord> export(Subject subject);

    /**
     * Erases what may be erased (GDPR Art. 17) and says what stays and why.
     *
     * @param by who does it
     */
    Erasure erase(Subject subject, Principal by);

    /**
     * Restricts processing to storage, or lifts the restriction (GDPR Art. 18).
     *
     * @return whether something is held that could be restricted
     */
    boolean restrict(Subject subject, boolean restricted, Principal by);

    /**
     * One record about a person.
     *
     * @param category one of {@link PersonalDataSource#categories}
     * @param fields field name to value
     */
    record DataRecord(String category, Map<String, String> fields) {
        /** Keeps a copy. */
        public DataRecord {
            fields = Map.copyOf(fields);
        }
    }

    /**
     * What an erasure did.
     *
     * @param erased how many records are gone
     * @param kept what stays, each with the reason (a statute, a legal hold)
     */
    record Erasure(int erased, List<String> kept) {
        /** Keeps a copy. */
        public Erasure {
            kept = List.copyOf(kept);
        }
    }
}
