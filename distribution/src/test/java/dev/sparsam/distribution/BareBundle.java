package dev.sparsam.distribution;

import dev.sparsam.distribution.bare.BareActivator;
import dev.sparsam.distribution.bare.BareServlet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes bundles out of this module's classes, or of nothing but a manifest. */
final class BareBundle {

    private BareBundle() {}

    /** The bundle that answers {@code /ready} and {@code /login}. */
    static Path answering(Path jar) throws IOException {
        return write(
                jar,
                Map.of(
                        "Bundle-SymbolicName",
                        "bare",
                        "Bundle-Activator",
                        BareActivator.class.getName(),
                        "Import-Package",
                        "org.osgi.framework,jakarta.servlet;version=\"[6,7)\",jakarta.servlet.http;version=\"[6,7)\""),
                List.of(BareActivator.class, BareServlet.class));
    }

    static Path write(Path jar, Map<String, String> headers, List<Class<?>> classes) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        headers.forEach(manifest.getMainAttributes()::putValue);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (Class<?> type : classes) {
                String entry = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(entry));
                try (InputStream in = type.getClassLoader().getResourceAsStream(entry)) {
                    if (in == null) {
                        throw new IOException(entry);
                    }
                    in.transferTo(out);
                }
                out.closeEntry();
            }
        }
        return jar;
    }
}
