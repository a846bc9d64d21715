package dev.sparsam.panel.spi;

import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /**
     * The same of many sites, those without logs left out. A panel that can tell it at once overrides this, which asks
     * for one after the other.
     */
    default Map<SiteId, List<LogStream>> logStreams(Collection<SiteId> ids) {
        Map<SiteId, List<LogStream>> streams = new LinkedHashMap<>();
        for (SiteId id : ids) {
            List<LogStream> own = logStreams(id);
            if (!own.isEmpty()) {
                streams.put(id, own);
            }
        }
        return streams;
    }
}
