package dev.sparsam.panel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TenantTreeTest {
    private static final Tenant PROVIDER = tenant("p", TenantKind.PROVIDER, Optional.empty());
    private static final Tenant NORTH = tenant("north", TenantKind.RESELLER, Optional.of("p"));
    private static final Tenant SOUTH = tenant("south", TenantKind.RESELLER, Optional.of("p"));
    private static final Tenant ADA = tenant("ada", TenantKind.CUSTOMER, Optional.of("north"));
    private static final Tenant BOB = tenant("bob", TenantKind.CUSTOMER, Optional.of("p"));
    private static final Site ADAS = site("s1", "ada", "ada.test");
    private static final Site BOBS = site("s2", "bob", "bob.test");
    private static final TenantTree TREE =
            new TenantTree(List.of(ADA, NORTH, PROVIDER, SOUTH, BOB), List.of(ADAS, BOBS));

    private static Tenant tenant(String id, TenantKind kind, Optional<String> parent) {
        return new Tenant(
                new TenantId(id),
                kind,
                parent.map(TenantId::new),
                "The " + id,
                PersonType.UNKNOWN,
                Locale.GERMAN,
                TenantStatus.ACTIVE);
    }

    private static Site site(String id, String tenant, String domain) {
        return new Site(new SiteId(id), new TenantId(tenant), "web1", domain, Optional.empty());
    }

    private static Principal principal(Role role, String tenant) {
        return Principal.user(7, role, new TenantId(tenant));
    }

    @Test
    void aPathLeadsFromTheProviderDown() {
        assertThat(TREE.path(ADAS)).hasToString("provider/p > reseller/north > customer/ada > domain/s1");
        assertThat(TREE.path(BOBS)).hasToString("provider/p > customer/bob > domain/s2");
    }

    @Test
    void aScopeOfTheWrongLevelIsNotFound() {
        assertThat(TREE.path(new Scope(ScopeLevel.RESELLER, "ada"))).isEmpty();
        assertThat(TREE.path(new Scope(ScopeLevel.DOMAIN, "s9"))).isEmpty();
    }

    @Test
    void whatLiesBelowAScopeIsFound() {
        assertThat(TREE.sitesBelow(NORTH.scope())).containsExactly(ADAS);
        assertThat(TREE.sitesBelow(PROVIDER.scope())).containsExactly(ADAS, BOBS);
    }

    @Test
    void everybodySeesTheirOwnTreeAndNothingElse() {
        Principal admin = principal(Role.PROVIDER_ADMIN, "p");
        Principal reseller = principal(Role.RESELLER, "north");
        Principal customer = principal(Role.CUSTOMER, "bob");
        assertThat(TREE.sees(admin, SOUTH.scope())).isTrue();
        assertThat(TREE.sees(reseller, ADAS.scope())).isTrue();
        assertThat(TREE.sees(reseller, PROVIDER.scope())).isFalse();
        assertThat(TREE.sees(reseller, BOBS.scope())).isFalse();
        assertThat(TREE.sees(customer, BOBS.scope())).isTrue();
        assertThat(TREE.sees(customer, ADAS.scope())).isFalse();
        assertThat(TREE.sees(principal(Role.CUSTOMER, "gone"), BOBS.scope())).isFalse();
    }

    @Test
    void whatIsNoTreeIsRefusedByName() {
        assertThatThrownBy(() -> new TenantTree(List.of(ADA), List.of())).hasMessageContaining("exactly one provider");
        assertThatThrownBy(() -> new TenantTree(List.of(PROVIDER, ADA), List.of()))
                .hasMessageContaining("ada")
                .hasMessageContaining("north is missing");
        assertThatThrownBy(() -> new TenantTree(List.of(PROVIDER, NORTH, NORTH), List.of()))
                .hasMessageContaining("north occurs twice");
        assertThatThrownBy(() -> new TenantTree(List.of(PROVIDER), List.of(ADAS)))
                .hasMessageContaining("ada.test")
                .hasMessageContaining("ada is missing");
        Tenant below = tenant("odd", TenantKind.RESELLER, Optional.of("bob"));
        assertThatThrownBy(() -> new TenantTree(List.of(PROVIDER, BOB, below), List.of()))
                .hasMessageContaining("odd")
                .hasMessageContaining("cannot be below the CUSTOMER bob");
    }

    @Test
    void scopesAreWrittenAndReadAlike() {
        assertThat(Scope.parse(ADAS.scope().toString())).isEqualTo(ADAS.scope());
        assertThatThrownBy(() -> Scope.parse("example.test")).hasMessageContaining("domain/ID");
        assertThatThrownBy(() -> Scope.parse("Domain/x")).hasMessageContaining("no scope");
    }

    @Test
    void aDomainNameIsWrittenInItsAsciiForm() {
        assertThat(site("s", "ada", "xn--mller-kva.test").domain()).isEqualTo("xn--mller-kva.test");
        for (String wrong : List.of("", "Ada.test", "müller.test", "a..test", "-a.test", "a".repeat(64) + ".test")) {
            assertThatThrownBy(() -> site("s", "ada", wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
