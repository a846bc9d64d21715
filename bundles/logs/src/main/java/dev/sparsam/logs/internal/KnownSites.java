package dev.sparsam.logs.internal;

import dev.sparsam.logs.internal.PipeSites.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The sites as their file says now; it is looked at once a second. What was known before holds while it cannot be read. */
final class KnownSites {
    private static final long SECOND = 1_000_000_000;

    private final Path file;
    private final LongSupplier nanos;
    private final Consumer<Exception> problems;
    private PipeSites sites = PipeSites.NONE;
    private boolean read;
    private Optional<FileIdentity> seen = Optional.empty();
    private Optional<Long> looked = Optional.empty();

    /**
     * Makes one.
     *
     * @param problems is told why the file cannot be used
     */
    KnownSites(Path file, LongSupplier nanos, Consumer<Exception> problems) {
        this.file = file;
        this.nanos = nanos;
        this.problems = problems;
    }

    PipeSites now() {
        long now = nanos.getAsLong();
        if (looked.isPresent() && now - looked.get() < SECOND) {
            return sites;
        }
        looked = Optional.of(now);
        try {
            // All of it: a chmod, after which a file may be used that was refused, leaves the time of its content.
            FileIdentity found = FileIdentity.read(file.toRealPath());
            if (!seen.equals(Optional.of(found))) {
                seen = Optional.of(found);
                sites = PipeSites.read(file, sites);
                read = true;
            }
        } catch (IOException e) {
            seen = Optional.empty();
            problems.accept(e);
        } catch (IllegalArgumentException e) {
            problems.accept(e);
        }
        return sites;
    }

    /** Whether at the last look all legal holds were known: the file had been read, and something was known of each site. */
    boolean knowsHolds() {
        return read && sites.faults().stream().noneMatch(fault -> fault.part() == Part.SITE && !fault.kept());
    }

    /** As they were at the last look. */
    PipeSites last() {
        return sites;
    }
}
