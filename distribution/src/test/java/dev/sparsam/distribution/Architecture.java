package dev.sparsam.distribution;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The floors of the house: an arrow points to a lower floor or stays inside its bundle. Connectors stand beside the
 * house and see one bundle only.
 */
final class Architecture {

    private static final String OURS = "dev.sparsam.";

    /** A new bundle gets its floor here, or the build says so. */
    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            Map.entry("panel", 0),
            Map.entry("store", 0),
            Map.entry("settings", 1),
            Map.entry("ledger", 1),
            Map.entry("facts", 1),
            Map.entry("logs", 2),
            Map.entry("license", 2),
            Map.entry("registry", 2),
            Map.entry("notice", 3),
            Map.entry("requests", 3),
            Map.entry("web", 4),
            Map.entry("shell", 4));

    private static final int CAPABILITIES = 2;

    /** A capability is known through the facts that it publishes, never by its name. */
    private static final int KNOWS_NO_CAPABILITY = 3;

    /** Beside the house: a bundle whose name begins so sees the bundle of that name and no other of ours. */
    private static final List<String> CONNECTORS = List.of("panel", "registry", "license");

    /** A bundle whose name begins so sees what the bundle of that name may see, and that one. */
    private static final List<String> EXTENDED = List.of("logs");

    /** Two bundles that export one of these are how "uses constraint violation" begins. */
    private static final List<String> EXPORTED_ONCE = List.of("org.slf4j", "jakarta.servlet", "org.osgi.service.");

    private Architecture() {}

    /** What is wrong, one sentence each; empty when the house stands. */
    static List<String> violations(Collection<BundleManifest> bundles) {
        List<String> violations = new ArrayList<>();
        for (BundleManifest bundle : bundles) {
            if (bundle.name().startsWith(OURS)) {
                check(bundle, bundles, violations);
            }
        }
        Map<String, TreeSet<String>> exporters = new TreeMap<>();
        for (BundleManifest bundle : bundles) {
            for (String name : bundle.exports()) {
                exporters.computeIfAbsent(name, any -> new TreeSet<>()).add(bundle.name());
            }
        }
        exporters.forEach((name, names) -> {
            if (names.size() > 1
                    && (name.startsWith(OURS) || EXPORTED_ONCE.stream().anyMatch(name::startsWith))) {
                violations.add(name + " is exported by " + names);
            }
        });
        return violations;
    }

    private static void check(BundleManifest bundle, Collection<BundleManifest> all, List<String> violations) {
        String name = bundle.name();
        for (String header : List.of("Require-Bundle", "DynamicImport-Package", "Fragment-Host", "Bundle-Activator")) {
            if (bundle.has(header)) {
                violations.add(name + " has " + header);
            }
        }
        if (floor(name).isEmpty()
                && connectedTo(name).isEmpty()
                && extended(name).isEmpty()) {
            violations.add(name + " stands on no floor");
            return;
        }
        for (String exported : bundle.exports()) {
            if (isInternal(exported)) {
                violations.add(name + " exports the internal " + exported);
            }
            if (!exported.equals(name) && !exported.startsWith(name + ".")) {
                violations.add(name + " exports " + exported + ", which is not below its own name");
            }
        }
        for (String imported : bundle.imports()) {
            if (!imported.startsWith(OURS) || bundle.exports().contains(imported)) {
                continue; // A package that is exported too is imported so that it may be substituted.
            }
            if (isInternal(imported)) {
                violations.add(name + " imports the internal " + imported);
            }
            Optional<String> owner = owner(imported, all);
            if (owner.isEmpty()) {
                violations.add(name + " imports " + imported + ", which no bundle owns");
            } else if (!mayImport(name, owner.get())) {
                violations.add(name + " imports " + imported + " of " + owner.get());
            }
        }
    }

    private static boolean mayImport(String importer, String owner) {
        Optional<String> connected = connectedTo(importer);
        if (connected.isPresent()) {
            return owner.equals(connected.get());
        }
        Optional<String> extended = extended(importer);
        if (extended.isPresent()) {
            return owner.equals(extended.get()) || mayImport(extended.get(), owner);
        }
        Optional<Integer> from = floor(importer);
        Optional<Integer> to = floor(owner);
        if (from.isEmpty() || to.isEmpty()) {
            return false;
        }
        if (from.get() == KNOWS_NO_CAPABILITY && to.get() == CAPABILITIES) {
            return false;
        }
        return to.get() < from.get();
    }

    private static Optional<Integer> floor(String bundle) {
        return Optional.ofNullable(FLOORS.get(bundle.substring(OURS.length())));
    }

    private static Optional<String> connectedTo(String bundle) {
        return beginning(bundle, CONNECTORS);
    }

    private static Optional<String> extended(String bundle) {
        return beginning(bundle, EXTENDED);
    }

    private static Optional<String> beginning(String bundle, List<String> hosts) {
        return hosts.stream()
                .map(OURS::concat)
                .filter(host -> bundle.startsWith(host + "."))
                .findFirst();
    }

    /** The bundle with the longest name that the package is below. */
    private static Optional<String> owner(String packageName, Collection<BundleManifest> all) {
        return all.stream()
                .map(BundleManifest::name)
                .filter(name -> name.startsWith(OURS))
                .filter(name -> packageName.equals(name) || packageName.startsWith(name + "."))
                .reduce((a, b) -> a.length() >= b.length() ? a : b);
    }

    private static boolean isInternal(String packageName) {
        return packageName.contains(".internal");
    }
}
