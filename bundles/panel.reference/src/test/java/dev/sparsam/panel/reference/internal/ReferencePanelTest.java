package dev.sparsam.panel.reference.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStorage;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.PersonType;
import dev.sparsam.panel.Rotation;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantStatus;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.panel.spi.InventoryPort.ImportReport;
import dev.sparsam.panel.spi.Page;
import dev.sparsam.panel.spi.PageRequest;
import dev.sparsam.panel.spi.TenantTrees;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ReferencePanelTest {
    private static final Path TABLES = Path.of("src/main/resources/migrations");

    private static byte[] bytes(Inventory inventory) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        InventoryWriter.write(inventory, out);
        return out.toByteArray();
    }

    private static byte[] exported(ReferencePanel panel) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        panel.export(out);
        return out.toByteArray();
    }

    private static ImportReport apply(ReferencePanel panel, byte[] file) throws IOException {
        return panel.apply(new ByteArrayInputStream(file), Locale.ENGLISH);
    }

    private static <E> E any(Random random, E[] values) {
        return values[random.nextInt(values.length)];
    }

    private static Inventory random(Random random, int customers) {
        List<Tenant> tenants = new ArrayList<>();
        List<Inventory.SiteEntry> sites = new ArrayList<>();
        TenantId provider = new TenantId("p");
        tenants.add(tenant(random, provider, TenantKind.PROVIDER, Optional.empty()));
        List<TenantId> sellers = new ArrayList<>(List.of(provider));
        for (int i = 0; i < customers; i++) {
            boolean reseller = random.nextInt(5) == 0;
            TenantId id = new TenantId((reseller ? "r" : "c") + random.nextInt(3) + "." + i);
            TenantId parent = reseller ? provider : sellers.get(random.nextInt(sellers.size()));
            tenants.add(tenant(random, id, reseller ? TenantKind.RESELLER : TenantKind.CUSTOMER, Optional.of(parent)));
            if (reseller) {
                sellers.add(id);
            }
            for (int j = random.nextInt(4); j > 0; j--) {
                SiteId site = new SiteId("S" + sites.size() + "_" + random.nextInt(100));
                List<LogStream> logs = new ArrayList<>();
                for (int k = random.nextInt(3); k > 0; k--) {
                    logs.add(new LogStream(
                            site,
                            any(random, LogKind.values()),
                            Path.of("/logs", site.value(), "ü " + k),
                            "a\"{b,c}\\" + k + "*",
                            any(random, LogStorage.values()),
                            random.nextBoolean()
                                    ? Optional.empty()
                                    : Optional.of(new Rotation(any(random, Rotation.Every.values()), k))));
                }
                sites.add(new Inventory.SiteEntry(
                        new Site(
                                site,
                                id,
                                "web" + random.nextInt(3),
                                "d" + sites.size() + ".example",
                                sites.isEmpty() || random.nextBoolean()
                                        ? Optional.empty()
                                        : Optional.of(sites.get(random.nextInt(sites.size()))
                                                .site()
                                                .id())),
                        logs));
            }
        }
        return Inventory.of(tenants, sites);
    }

    private static Tenant tenant(Random random, TenantId id, TenantKind kind, Optional<TenantId> parent) {
        return new Tenant(
                id,
                kind,
                parent,
                any(random, new String[] {"Müller & Söhne", "<b>", "日本", "a\tb", "🙂"}),
                any(random, PersonType.values()),
                any(random, new Locale[] {Locale.GERMAN, Locale.ENGLISH, Locale.forLanguageTag("zh-Hant-TW")}),
                any(random, TenantStatus.values()));
    }

    @ParameterizedTest
    @EnumSource
    void exportThenImportChangesNothingForAnyTree(TestDatabases kind) throws IOException {
        try (TestDatabase test = kind.open(TABLES)) {
            ReferencePanel panel = new ReferencePanel(test.dataSource());
            for (int seed = 0; seed < 40; seed++) {
                Random random = new Random(seed);
                Inventory inventory = random(random, random.nextInt(30));
                assertThat(apply(panel, bytes(inventory)).problems()).isEmpty();
                byte[] export = exported(panel);
                assertThat(export).isEqualTo(bytes(inventory));
                ImportReport again = apply(panel, export);
                assertThat(again)
                        .isEqualTo(new ImportReport(
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                inventory.tenants().size() + inventory.sites().size()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePreviewSaysWhatTheImportThenDoes(TestDatabases kind) throws IOException {
        try (TestDatabase test = kind.open(TABLES)) {
            ReferencePanel panel = new ReferencePanel(test.dataSource());
            for (int seed = 100; seed < 120; seed++) {
                byte[] before = exported(panel);
                byte[] file = bytes(random(new Random(seed), 15));
                ImportReport preview = panel.preview(new ByteArrayInputStream(file), Locale.ENGLISH);
                assertThat(exported(panel)).isEqualTo(before);
                assertThat(apply(panel, file)).isEqualTo(preview);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anImportAddsChangesAndRemoves(TestDatabases kind) throws IOException {
        try (TestDatabase test = kind.open(TABLES)) {
            ReferencePanel panel = new ReferencePanel(test.dataSource());
            String example = InventoryReaderTest.example();
            ImportReport first = apply(panel, example.getBytes(StandardCharsets.UTF_8));
            assertThat(first.added())
                    .containsExactly(
                            "customer Erika Mustermann (c-17)",
                            "provider Beispiel Hosting GmbH (provider)",
                            "reseller Agentur Nord (r-1)",
                            "domain example.org (d-7)",
                            "domain blog.example.org (d-8)");
            ImportReport second = apply(
                    panel,
                    example.replace("Agentur Nord", "Agentur Süd")
                            .replace("\"d-8\"", "\"d-9\"")
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(second)
                    .isEqualTo(new ImportReport(
                            List.of(),
                            List.of("domain blog.example.org (d-9)"),
                            List.of("reseller Agentur Süd (r-1)"),
                            List.of("domain blog.example.org (d-8)"),
                            3));
            assertThat(panel.logStreams(new SiteId("d-7")))
                    .extracting(LogStream::kind)
                    .containsExactly(LogKind.WEB_ACCESS, LogKind.WEB_ERROR);
            assertThat(panel.site(new SiteId("d-8"))).isEmpty();
            assertThat(panel.tenant(new TenantId("r-1")).orElseThrow().label()).isEqualTo("Agentur Süd");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileWithProblemsChangesNothing(TestDatabases kind) throws IOException {
        try (TestDatabase test = kind.open(TABLES)) {
            ReferencePanel panel = new ReferencePanel(test.dataSource());
            String example = InventoryReaderTest.example();
            apply(panel, example.getBytes(StandardCharsets.UTF_8));
            byte[] before = exported(panel);
            ImportReport report = apply(
                    panel,
                    example.replace("Agentur Nord", "Agentur Süd")
                            .replace("\"WEB_ERROR\"", "\"ERROR\"")
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(report.problems())
                    .containsExactly("sites[0].logs[1].kind (line 16, column 18): \"ERROR\" is not known; known are"
                            + " WEB_ACCESS, WEB_ERROR, MAIL, FTP, SSH, APPLICATION, PANEL");
            assertThat(exported(panel)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void logsOfManySitesAreThoseOfEach(TestDatabases kind) throws IOException {
        try (TestDatabase test = kind.open(TABLES)) {
            ReferencePanel panel = new ReferencePanel(test.dataSource());
            Inventory inventory = random(new Random(4), 60);
            apply(panel, bytes(inventory));
            List<SiteId> some = inventory.sites().keySet().stream()
                    .filter(site -> site.value().length() % 2 == 0)
                    .toList();
            List<SiteId> many = new ArrayList<>(inventory.sites().keySet());
            for (int i = 0; i < 2_000; i++) {
                many.add(new SiteId("nowhere" + i));
            }
            for (List<SiteId> asked : List.of(some, many, List.<SiteId>of())) {
                Map<SiteId, List<LogStream>> expected = new HashMap<>();
                for (SiteId site : asked) {
                    List<LogStream> own = panel.logStreams(site);
                    if (!own.isEmpty()) {
                        expected.put(site, own);
                    }
                }
                assertThat(panel.logStreams(asked)).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void pagesGiveEveryTenantAndSiteOnceInTheOrderOfTheirIds(TestDatabases kind) throws IOException {
        try (TestDatabase test = kind.open(TABLES)) {
            ReferencePanel panel = new ReferencePanel(test.dataSource());
            Inventory inventory = random(new Random(1), 50);
            apply(panel, bytes(inventory));
            for (int limit : new int[] {1, 7, 10_000}) {
                List<Tenant> tenants = new ArrayList<>();
                Optional<String> token = Optional.empty();
                do {
                    Page<Tenant> page = panel.tenants(new PageRequest(token, limit));
                    assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
                    tenants.addAll(page.items());
                    token = page.next();
                } while (token.isPresent());
                assertThat(tenants)
                        .containsExactlyElementsOf(inventory.tenants().values());
            }
            TenantTree tree = TenantTrees.read(panel, panel).orElseThrow();
            assertThat(tree.sites())
                    .containsExactlyElementsOf(inventory.sites().values().stream()
                            .map(Inventory.SiteEntry::site)
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aConfiguredFileIsImportedOnlyIntoAnEmptyPanel(TestDatabases kind, @TempDir Path folder) throws IOException {
        try (TestDatabase test = kind.open(TABLES)) {
            ReferencePanel panel = new ReferencePanel(test.dataSource());
            Path file = folder.resolve("inventory.json");
            ReferenceComponent.importInto(panel, file);
            assertThat(panel.empty()).isTrue();
            assertThat(panel.health().message()).contains("panel:import");
            Files.writeString(file, "{}");
            ReferenceComponent.importInto(panel, file);
            assertThat(panel.empty()).isTrue();
            Files.writeString(file, InventoryReaderTest.example());
            ReferenceComponent.importInto(panel, file);
            assertThat(panel.health().message()).isEqualTo("3 tenants and 2 sites");
            byte[] before = exported(panel);
            Files.write(file, bytes(random(new Random(3), 3)));
            ReferenceComponent.importInto(panel, file);
            assertThat(exported(panel)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anImportIntoADatabaseThatDoesNotAnswerIsToBeTriedAgain(TestDatabases kind, @TempDir Path folder)
            throws IOException {
        Path file = Files.writeString(folder.resolve("inventory.json"), InventoryReaderTest.example());
        TestDatabase test = kind.open(TABLES);
        ReferencePanel panel = new ReferencePanel(test.dataSource());
        assertThat(ReferenceComponent.importInto(panel, file)).isTrue();
        test.close();
        assertThat(ReferenceComponent.importInto(panel, file)).isFalse();
    }
}
