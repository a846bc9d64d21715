package dev.sparsam.panel.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.PersonType;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connectors are written by others: what they say wrong ends with a message. */
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TenantTreesTest {
    private static final SiteId SITE = new SiteId("s1");

    private static Tenant tenant(String id, TenantKind kind, String parent) {
        return new Tenant(
                new TenantId(id),
                kind,
                Optional.of(parent).filter(text -> !text.isEmpty()).map(TenantId::new),
                "The " + id,
                PersonType.UNKNOWN,
                Locale.GERMAN,
                TenantStatus.ACTIVE);
    }

    /** A panel with one site, of the last tenant; it gives the same page for ever when told so. */
    private record Connector(boolean endless, List<Tenant> all) implements TenantDirectory, SiteDirectory {
        @Override
        public Page<Tenant> tenants(PageRequest request) {
            return new Page<>(all, Optional.of("again").filter(token -> endless));
        }

        @Override
        public Optional<Tenant> tenant(TenantId id) {
            return all.stream().filter(tenant -> tenant.id().equals(id)).findFirst();
        }

        @Override
        public Page<Site> sites(PageRequest request) {
            return new Page<>(List.of(site(SITE).orElseThrow()), Optional.empty());
        }

        @Override
        public Optional<Site> site(SiteId id) {
            return Optional.of(new Site(id, all.get(all.size() - 1).id(), "web1", "ada.test", Optional.empty()));
        }

        @Override
        public List<LogStream> logStreams(SiteId id) {
            return List.of();
        }
    }

    @Test
    void aPathLeadsFromTheProviderToTheSite() {
        Connector panel = new Connector(
                false, List.of(tenant("p", TenantKind.PROVIDER, ""), tenant("ada", TenantKind.CUSTOMER, "p")));
        assertThat(TenantTrees.path(SITE, panel, panel).orElseThrow())
                .hasToString("provider/p > customer/ada > domain/s1");
    }

    @Test
    void tenantsAboveEachOtherAreRefused() {
        Connector panel = new Connector(
                false, List.of(tenant("a", TenantKind.RESELLER, "b"), tenant("b", TenantKind.RESELLER, "a")));
        assertThatThrownBy(() -> TenantTrees.path(SITE, panel, panel))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The panel names, above site s1, the RESELLER a as parent of the RESELLER b:"
                        + " correct the parent there");
    }

    @Test
    void aMissingParentIsRefused() {
        Connector panel = new Connector(false, List.of(tenant("ada", TenantKind.CUSTOMER, "gone")));
        assertThatThrownBy(() -> TenantTrees.path(SITE, panel, panel))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tenant gone above site s1");
    }

    @Test
    void pagesWithoutEndAreRefused() {
        Connector panel = new Connector(true, List.of(tenant("p", TenantKind.PROVIDER, "")));
        assertThatThrownBy(() -> TenantTrees.read(panel, panel))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The panel's pages have no end: after 2 items it names the page 'again' as the next one"
                        + " again");
    }

    /** Imports the customer of the site after its tenants have been listed so often. */
    private static TenantDirectory imported(Connector panel, int after) {
        AtomicInteger listed = new AtomicInteger();
        return new TenantDirectory() {
            @Override
            public Page<Tenant> tenants(PageRequest request) {
                return listed.getAndIncrement() < after
                        ? new Page<>(panel.all().subList(0, 1), Optional.empty())
                        : panel.tenants(request);
            }

            @Override
            public Optional<Tenant> tenant(TenantId id) {
                return panel.tenant(id);
            }
        };
    }

    @Test
    void whatIsImportedWhileTheTreeIsReadIsReadAgain() {
        Connector panel = new Connector(
                false, List.of(tenant("p", TenantKind.PROVIDER, ""), tenant("ada", TenantKind.CUSTOMER, "p")));
        assertThat(TenantTrees.read(imported(panel, 2), panel).orElseThrow().sites())
                .extracting(Site::id)
                .containsExactly(SITE);
    }

    @Test
    void whatStaysWrongIsSaid() {
        Connector panel = new Connector(
                false, List.of(tenant("p", TenantKind.PROVIDER, ""), tenant("ada", TenantKind.CUSTOMER, "p")));
        assertThatThrownBy(() -> TenantTrees.read(imported(panel, 100), panel))
                .hasMessage("Site s1 (ada.test): its tenant ada is missing");
    }
}
