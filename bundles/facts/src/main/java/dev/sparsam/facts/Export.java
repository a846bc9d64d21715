package dev.sparsam.facts;

import java.util.List;

/**
 * What a person can take along (GDPR Art. 15(3), Art. 20(1)).
 *
 * @param category the kind of data, one of {@link PersonalDataSource#categories}
 * @param formats in which formats
 * @param manifest whether a list with the SHA-256 value of each file comes along
 */
public record Export(String category, List<Format> formats, boolean manifest) implements Fact {
    /** Checks the id and keeps a copy. */
    public Export {
        Checks.id("Export.category", category);
        formats = Checks.distinct("Export.formats", formats);
    }

    /** Structured, commonly used, machine-readable formats. */
    public enum Format {
        /** RFC 4180. */
        CSV,
        /** RFC 8259. */
        JSON,
        /** A zone file (RFC 1035 section 5). */
        ZONE_FILE,
        /** Mail (RFC 4155). */
        MBOX
    }
}
