package dev.sparsam.facts;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What a registry gets of a holder and what it publishes, while a version of its rules holds (§§ 49 to 51 BSIG, NIS2
 * Art. 28).
 *
 * @param tld the top-level domain without a dot, for example {@code de}
 * @param holderType what kind of holder
 * @param sent the fields that are sent to the registry
 * @param published the fields that the registry publishes; some arise there, for example the date of registration
 * @param from the first day on which this holds
 * @param to the last day on which this holds; empty while no end is known
 */
public record RegistryDisclosure(
        String tld,
        HolderType holderType,
        List<String> sent,
        List<String> published,
        LocalDate from,
        Optional<LocalDate> to)
        implements Fact {
    /** Checks the ids and the dates and keeps copies. */
    public RegistryDisclosure {
        Checks.host("RegistryDisclosure.tld", tld);
        sent = Checks.list("RegistryDisclosure.sent", sent, Checks::id);
        published = Checks.list("RegistryDisclosure.published", published, Checks::id);
        Checks.that(
                to.isEmpty() || !to.get().isBefore(from),
                "RegistryDisclosure.to lies before RegistryDisclosure.from, " + from);
    }

    /** What kind of holder a domain has. */
    public enum HolderType {
        /** A person. */
        PERSON,
        /** A company, association or public body. */
        ORGANISATION
    }
}
