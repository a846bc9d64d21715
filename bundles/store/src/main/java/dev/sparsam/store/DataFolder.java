package dev.sparsam.store;

import java.nio.file.Path;
import java.util.Optional;
import org.osgi.framework.BundleContext;

/** Where an installation keeps its files: database, keys, one-time passwords, the socket of the shell. */
public final class DataFolder {
    private DataFolder() {}

    /**
     * The folder that the framework property {@code sparsam.data} names; inside a Karaf {@code sparsam} in its data
     * folder; elsewhere the bundle's own. An absolute path; it need not exist yet.
     */
    public static Path of(BundleContext context) {
        return Optional.ofNullable(context.getProperty("sparsam.data"))
                .map(Path::of)
                .or(() ->
                        Optional.ofNullable(context.getProperty("karaf.data")).map(karaf -> Path.of(karaf, "sparsam")))
                .orElseGet(() -> context.getDataFile("").toPath())
                .toAbsolutePath();
    }
}
