package dev.sparsam.store;

import java.time.Instant;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One row of a query. A column that is NULL throws {@link StoreException}, except by the methods that return
 * {@link Optional}.
 */
@ProviderType
public interface Row {
    /** A text column. */
    String text(String column);

    /** A text column that may be NULL. */
    Optional<String> optionalText(String column);

    /** An integer column. */
    long number(String column);

    /** An integer column that may be NULL. */
    Optional<Long> optionalNumber(String column);

    /** A boolean column. */
    boolean flag(String column);

    /** A time column ({@code timestamp with time zone}), to the microsecond. */
    Instant instant(String column);

    /** A time column that may be NULL. */
    Optional<Instant> optionalInstant(String column);

    /** A binary column ({@code bytea}). */
    byte[] bytes(String column);
}
