package dev.sparsam.logs;

import dev.sparsam.panel.Principal;
import dev.sparsam.panel.SiteId;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Legal holds. One holds at once for every file of which the deletion has not begun, whatever has been planned before; each
 * step leaves a receipt. None outlives its last day: the next sweep deletes what is due and leaves a receipt for the end.
 * Callers check that the principal may act for the site.
 */
@ProviderType
public interface LegalHolds {
    /** The most days for which one can be placed; it can be placed again. */
    int MAX_DAYS = 1_100;

    /** What a receipt of a hold is called. */
    String ACT = "logs.hold";

    /** From so many days before its end on a hold is to be announced, so that none ends unnoticed. */
    int SOON_DAYS = 14;

    /**
     * For so many years, from the end of the year in which it ended, a hold is kept to prove why logs were: as long as claims
     * from it do not become time-barred (in Germany three years, BGB sections 195 and 199).
     */
    int KEPT_YEARS = 3;

    /** How long a reason or a person may be. */
    int MAX_TEXT = 500;

    /** Why a hold is not placed. */
    enum Objection {
        /** The panel has no such site. */
        NO_SITE,
        /** Reason or person is missing. */
        MISSING,
        /** Reason or person is longer than {@link #MAX_TEXT}. */
        TOO_LONG,
        /** The last day is over. */
        OVER,
        /** The last day is more than {@link #MAX_DAYS} days away. */
        TOO_FAR
    }

    /** The day it is where days are counted: in the configured zone, which need not be the server's or the reader's. */
    LocalDate today();

    /**
     * Places a hold; one that holds already is replaced.
     *
     * @param lastDay the last day on which it holds, as {@link #today} counts them
     * @return why not; empty when it holds now
     */
    Optional<Objection> place(SiteId site, String reason, String person, LocalDate lastDay, Principal by);

    /** Lifts the hold of a site. Returns false when there was none. */
    boolean lift(SiteId site, Principal by);

    /** The hold of each site that has one today, of whichever sites. */
    Map<SiteId, LegalHold> active();

    /** The same of these sites only. */
    Map<SiteId, LegalHold> active(Collection<SiteId> sites);

    /** The holds of a site that have not been over for longer than {@link #KEPT_YEARS}, the newest first. */
    List<LegalHold> history(SiteId site);
}
