package dev.sparsam.logs;

import dev.sparsam.panel.SiteId;
import java.util.Optional;

/**
 * Why a sweep is not run. But for the first three, what to do is to plan a new one.
 *
 * @param reason why
 * @param site the site that it is about, when it is about one
 */
public record Refusal(Reason reason, Optional<SiteId> site) {
    /** Why a sweep is not run. */
    public enum Reason {
        /** There is no such sweep. */
        UNKNOWN,
        /** Its preview is not complete yet; wait until it is. */
        PLANNING,
        /** It is running already. */
        RUNNING,
        /** It has been run. */
        DONE,
        /** It has been discarded. */
        DISCARDED,
        /** It was planned more than a day ago. */
        TOO_OLD,
        /**
         * The settings of a site have changed since it was planned, another sweep has handled the site since, or the
         * panel has that site no more.
         */
        OVERTAKEN,
        /** A site has moved since it was planned: it is no longer below the scope that is to be swept. */
        MOVED
    }
}
