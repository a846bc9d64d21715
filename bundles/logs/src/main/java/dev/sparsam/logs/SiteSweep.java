package dev.sparsam.logs;

import dev.sparsam.panel.SiteId;
import java.time.Instant;
import java.util.Optional;

/**
 * The last finished sweep of a site.
 *
 * @param site the site
 * @param sweep the sweep's number
 * @param at when the site was done
 * @param receipt the receipt's place in the ledger
 * @param oldestLine the oldest line that was left, in any file, also in files in use
 * @param problems how many files could not be handled; each is in the sweep's list
 */
public record SiteSweep(
        SiteId site, long sweep, Instant at, long receipt, Optional<Instant> oldestLine, long problems) {}
