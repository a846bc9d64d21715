package dev.sparsam.panel.spi;

import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** The tenants of a panel. */
@ConsumerType
public interface TenantDirectory {
    /** The tenants in the order of their ids, one page after the other. */
    Page<Tenant> tenants(PageRequest request);

    /** One tenant. */
    Optional<Tenant> tenant(TenantId id);
}
