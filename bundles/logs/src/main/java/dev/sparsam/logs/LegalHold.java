package dev.sparsam.logs;

import dev.sparsam.panel.SiteId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * A legal hold: the logs of a site, live and in backups, are not deleted although their period is over, because they are
 * needed to establish, exercise or defend legal claims (GDPR Art. 17(3)(e), Art. 18(1)(c) and (2)). Addresses are masked all
 * the same.
 *
 * @param site whose logs are kept
 * @param reason why, such as the file number of a court
 * @param person who asked for it or answers for it; empty when that was erased, or may not be shown at present
 * @param lastDay the last day on which it holds; what is due is deleted from the next day on
 * @param placedAt when it was placed
 * @param placedBy who placed it
 * @param ended when it was lifted, or found to be over; empty while it holds
 * @param endedBy who lifted it, or the sweep that found it over; empty while it holds
 */
public record LegalHold(
        SiteId site,
        String reason,
        String person,
        LocalDate lastDay,
        Instant placedAt,
        String placedBy,
        Optional<Instant> ended,
        String endedBy) {}
