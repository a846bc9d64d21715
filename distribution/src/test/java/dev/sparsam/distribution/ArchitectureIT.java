package dev.sparsam.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The manifests of what ships. */
class ArchitectureIT {

    private static List<BundleManifest> shipped() throws IOException {
        List<BundleManifest> manifests = new ArrayList<>();
        for (Path jar : Home.shipped(Home.assembled())) {
            manifests.add(BundleManifest.of(jar));
        }
        return manifests;
    }

    @Test
    void everyArrowPointsDown() throws IOException {
        assertThat(Architecture.violations(shipped())).isEmpty();
    }

    @Test
    void everyJarIsABundle() throws IOException {
        assertThat(shipped())
                .isNotEmpty()
                .allSatisfy(manifest ->
                        assertThat(manifest.name()).as("%s", manifest.headers()).isNotEmpty());
    }

    @Test
    void bundlesAreNamedAfterTheirFiles() throws IOException {
        for (Path jar : Home.shipped(Home.assembled())) {
            String file = jar.getFileName().toString();
            if (file.startsWith("dev.sparsam.")) {
                assertThat(BundleManifest.of(jar).name() + ".jar").isEqualTo(file);
            }
        }
    }
}
