package dev.sparsam.panel.spi;

import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** The sites of a panel and where their logs lie. */
@ConsumerType
public interface SiteDirectory {
    /** The sites in the order of their ids, one page after the other. */
    Page<Site> sites(PageRequest request);

    /** One site. */
    Optional<Site> site(SiteId id);

    /** Where the site's logs lie; empty for a site without logs. */
    List<LogStream> logStreams(SiteId id);
}
