package dev.sparsam.logs;

import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.SiteId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Plans and runs sweeps. Both work in the background, on one node of the cluster, and go on after a crash. Callers check
 * that the principal sees the scope.
 */
@ProviderType
public interface Sweeps {
    /**
     * Starts to plan a sweep, unless the same sweep is being planned for the same principal already: each reads all log
     * files of the scope.
     *
     * @return its number; {@link #sweep} tells when it is planned
     * @throws IllegalArgumentException when the panel does not have the scope
     */
    long plan(Scope scope, Principal by);

    /**
     * Starts to run a planned sweep. It does exactly what its files say; a file that is not as it was when planned is
     * left alone and reported.
     *
     * @return why it is not run; empty when it has been started
     */
    Optional<Refusal> run(long id, Principal by);

    /** Discards a sweep that is not running; harmless when it has ended. */
    void discard(long id, Principal by);

    /** One sweep. */
    Optional<Sweep> sweep(long id);

    /**
     * One sweep as it concerns some sites: with their numbers and no others'. It covers none of them when its
     * {@link Sweep#sites} is 0.
     */
    Optional<Sweep> sweep(long id, Collection<SiteId> sites);

    /**
     * The sweeps that touch a scope, the newest first: those at or below it, and of those above it what they do to its
     * sites, with the numbers of these sites and no others'. The number of queries does not depend on how many scopes
     * there are, but for two for each thousand sites when there are sweeps from above.
     */
    List<Sweep> recent(Scope scope, int limit);

    /**
     * The files of a sweep: first those that are changed, then what was unclear when planned, then those left; within
     * these by site and path. What becomes of a file does not change its place.
     *
     * @param filter which of them
     * @param offset how many to skip
     * @param limit the most files, 1 to 1,000
     */
    List<SweepFile> files(long id, FileFilter filter, int offset, int limit);

    /** How many files a filter leaves. */
    long count(long id, FileFilter filter);

    /** The receipts of a finished sweep, by site. */
    Map<SiteId, Long> receipts(long id);

    /**
     * What the last finished sweep of each of these sites found and left, by kind of log, live and in backups; with a
     * constant number of queries.
     */
    Map<SiteId, List<Observation>> observed(Collection<SiteId> sites);

    /** The last finished sweep of each site that had one, with a constant number of queries. */
    Map<SiteId, SiteSweep> last(Collection<SiteId> sites);
}
