package dev.sparsam.shell.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The commands of our bundles, from what they are registered with. */
interface Commands {

    /** In the order of their names. */
    Collection<Command> all();

    default Optional<Command> named(String name) {
        String plain = name.startsWith("sparsam:") ? name.substring("sparsam:".length()) : name;
        return all().stream().filter(command -> command.name().equals(plain)).findFirst();
    }

    /** The names that somebody may have meant: with few letters different, or without the scope. */
    default List<String> similar(String name) {
        List<String> similar = new ArrayList<>();
        int nearest = Math.max(2, name.length() / 4) + 1;
        for (Command command : all()) {
            int distance = command.function().equals(name) ? 0 : distance(name, command.name());
            if (distance < nearest) {
                nearest = distance;
                similar.clear();
            }
            if (distance == nearest) {
                similar.add(command.name());
            }
        }
        return similar;
    }

    /** How many letters have to be put in, taken out or changed (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    /** Those that are registered now. */
    static Commands in(BundleContext context) {
        return () -> {
            TreeMap<String, Command> commands = new TreeMap<>();
            for (ServiceReference<?> reference : references(context)) {
                // Of ours only: Gogo's own commands are the machine room's.
                if (!reference.getBundle().getSymbolicName().startsWith("dev.sparsam.")) {
                    continue;
                }
                Object service = context.getService(reference);
                if (service == null) {
                    continue; // Gone in this very moment.
                }
                String scope = String.valueOf(reference.getProperty(CommandProcessor.COMMAND_SCOPE));
                for (String function : strings(reference.getProperty(CommandProcessor.COMMAND_FUNCTION))) {
                    Command command = Command.of(scope, function, service.getClass());
                    commands.put(command.name(), command);
                }
                context.ungetService(reference);
            }
            return commands.values();
        };
    }

    private static ServiceReference<?>[] references(BundleContext context) {
        try {
            ServiceReference<?>[] references = context.getAllServiceReferences(
                    null, "(&(" + CommandProcessor.COMMAND_SCOPE + "=*)(" + CommandProcessor.COMMAND_FUNCTION + "=*))");
            return references == null ? new ServiceReference<?>[0] : references;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> strings(Object property) {
        return property instanceof String[] several ? List.of(several) : List.of(String.valueOf(property));
    }
}
