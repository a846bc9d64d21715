package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The test of the test: every forbidden arrow is seen, and the allowed ones are not. */
class ArchitectureTest {

    private static BundleManifest bundle(String name, String... headers) {
        Map<String, String> all = new HashMap<>(Map.of("Bundle-SymbolicName", name));
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        return BundleManifest.of(all);
    }

    private static BundleManifest ours(String name, String... headers) {
        return bundle("dev.sparsam." + name, headers);
    }

    /** Every bundle of the house, exporting its root package. */
    private static List<BundleManifest> house() {
        List<BundleManifest> house = new ArrayList<>();
        for (String name : List.of(
                "panel",
                "store",
                "settings",
                "ledger",
                "facts",
                "logs",
                "license",
                "registry",
                "notice",
                "requests",
                "web",
                "shell",
                "panel.reference",
                "registry.rri",
                "logs.kafka")) {
            house.add(ours(name, "Export-Package", "dev.sparsam." + name + ";version=\"1.0.0\""));
        }
        return house;
    }

    private static List<String> violations(BundleManifest changed) {
        List<BundleManifest> house = house();
        house.removeIf(bundle -> bundle.name().equals(changed.name()));
        house.add(changed);
        return Architecture.violations(house);
    }

    @Test
    void emptyHouseStands() {
        assertThat(Architecture.violations(house())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "settings, panel",
        "settings, store",
        "logs, settings",
        "logs, ledger",
        "notice, facts",
        "requests, store",
        "web, notice",
        "web, logs",
        "shell, registry",
        "panel.reference, panel",
        "registry.rri, registry",
        "logs.kafka, logs",
        "logs.kafka, settings",
        "logs.kafka, panel"
    })
    void allowsAnArrowThatPointsDown(String from, String to) {
        assertThat(violations(ours(from, "Import-Package", "dev.sparsam." + to + ";version=\"[1.0,2)\"")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "panel, store",
        "store, panel",
        "panel, settings",
        "settings, ledger",
        "facts, settings",
        "ledger, logs",
        "logs, registry",
        "license, logs",
        "logs, notice",
        "notice, logs",
        "requests, registry",
        "notice, requests",
        "facts, web",
        "shell, web",
        "web, shell",
        "panel.reference, store",
        "panel.reference, settings",
        "panel, panel.reference",
        "registry.rri, panel",
        "registry, registry.rri",
        "logs, logs.kafka",
        "logs.kafka, notice",
        "logs.kafka, license",
        "shell, logs.kafka",
        "web, panel.reference"
    })
    void refusesEveryOtherArrow(String from, String to) {
        assertThat(violations(ours(from, "Import-Package", "dev.sparsam." + to + ";version=\"[1.0,2)\"")))
                .containsExactly("dev.sparsam." + from + " imports dev.sparsam." + to + " of dev.sparsam." + to);
    }

    @Test
    void seesAForbiddenImportBehindQuotedCommas() {
        assertThat(violations(ours(
                        "logs",
                        "Import-Package",
                        "org.slf4j;version=\"[2.0,3)\",dev.sparsam.panel;dev.sparsam.web;version=\"[1,2)\"")))
                .containsExactly("dev.sparsam.logs imports dev.sparsam.web of dev.sparsam.web");
    }

    @Test
    void refusesAnInternalPackageOfAnotherBundle() {
        assertThat(violations(ours("web", "Import-Package", "dev.sparsam.logs.internal")))
                .containsExactly("dev.sparsam.web imports the internal dev.sparsam.logs.internal");
    }

    @Test
    void refusesToExportAnInternalPackage() {
        assertThat(violations(ours("web", "Export-Package", "dev.sparsam.web.internal;version=\"1\"")))
                .containsExactly("dev.sparsam.web exports the internal dev.sparsam.web.internal");
    }

    @Test
    void refusesToExportWhatIsNotBelowTheOwnName() {
        assertThat(violations(ours("web", "Export-Package", "com.fasterxml.jackson.core")))
                .containsExactly("dev.sparsam.web exports com.fasterxml.jackson.core, which is not below its own name");
    }

    @ParameterizedTest
    @CsvSource({
        "Require-Bundle, dev.sparsam.panel",
        "DynamicImport-Package, *",
        "Fragment-Host, dev.sparsam.panel",
        "Bundle-Activator, dev.sparsam.logs.internal.Activator"
    })
    void refusesWaysAroundTheImports(String header, String value) {
        assertThat(violations(ours("logs", header, value))).containsExactly("dev.sparsam.logs has " + header);
    }

    @Test
    void refusesABundleWithoutAFloor() {
        assertThat(violations(ours("cellar"))).containsExactly("dev.sparsam.cellar stands on no floor");
    }

    @Test
    void refusesThatABundleKnowsTheLauncher() {
        assertThat(violations(ours("web", "Import-Package", "dev.sparsam.launcher")))
                .containsExactly("dev.sparsam.web imports dev.sparsam.launcher, which no bundle owns");
    }

    @ParameterizedTest
    @CsvSource({"org.slf4j", "jakarta.servlet.http", "org.osgi.service.log", "dev.sparsam.panel"})
    void refusesASecondExporter(String packageName) {
        List<BundleManifest> house = house();
        house.add(bundle("one", "Export-Package", packageName + ";version=\"1\""));
        house.add(bundle("two", "Export-Package", packageName + ";version=\"2\""));
        assertThat(Architecture.violations(house)).singleElement().asString().startsWith(packageName + " is exported");
    }
}
