package dev.sparsam.web.internal;

import dev.sparsam.facts.FactSource;
import dev.sparsam.ledger.Ledger;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.logs.Sweeps;
import dev.sparsam.notice.Notices;
import dev.sparsam.panel.spi.InventoryPort;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.settings.Settings;
import dev.sparsam.store.Database;
import java.util.List;
import java.util.Optional;

/** The services that the pages show and use. */
record Services(
        Database database,
        Actors actors,
        TenantDirectory tenants,
        SiteDirectory sites,
        Optional<InventoryPort> inventory,
        Settings settings,
        Sweeps sweeps,
        LegalHolds holds,
        Ledger ledger,
        List<FactSource> facts,
        Notices notices) {}
