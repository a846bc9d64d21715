package dev.sparsam.facts;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The supervisory authority to complain to (GDPR Art. 13(2)(d), Art. 77).
 *
 * @param id its name in the table of authorities, for example {@code de-bw}
 * @param name its own name, in the language of its country
 * @param country its country
 * @param region the part of the country that it is responsible for, ISO 3166-2, for example {@code DE-BW}; empty for
 *     all of it
 * @param sectors whom it supervises
 * @param website its web site
 * @param complaintForm where a complaint can be filed on line
 */
public record Authority(
        String id,
        String name,
        Country country,
        Optional<String> region,
        List<Sector> sectors,
        URI website,
        Optional<URI> complaintForm)
        implements Fact {
    /** Checks the form, and that the region lies in the country. */
    public Authority {
        Checks.id("Authority.id", id);
        Checks.text("Authority.name", name);
        region.ifPresent(code -> Checks.that(
                code.matches("[A-Z]{2}-[A-Z0-9]{1,3}") && code.startsWith(country.code() + "-"),
                "Authority.region \"" + code + "\" is no region of " + country + ": write it as ISO 3166-2, " + country
                        + "-..."));
        sectors = Checks.distinct("Authority.sectors", sectors);
        Checks.web("Authority.website", website);
        Checks.optional("Authority.complaintForm", complaintForm, Checks::web);
    }

    /** Whom an authority supervises. */
    public enum Sector {
        /** Companies and other private bodies. */
        PRIVATE,
        /** Public bodies. */
        PUBLIC,
        /** Telecommunications services, in Germany § 29 TDDDG. */
        TELECOMMUNICATIONS
    }
}
