package dev.sparsam.launcher;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;

/**
 * What an administrator has to put right. The bundles make it known as services; their properties are read, not their
 * class, which is in a bundle.
 */
final class Troubles {

    /** As in {@code dev.sparsam.store.Trouble}. */
    private static final String KIND = "sparsam.trouble.kind";

    private static final String TEXT = "sparsam.trouble.text";
    private static final String GERMAN = "sparsam.trouble.text.de";
    private static final String ANY = "(" + KIND + "=*)";

    /** What it means: the part runs with a default, waits for something, or does not run. */
    enum Kind {
        DEFAULT,
        WAITING,
        STOPPED
    }

    private final BundleContext context;
    private final Messages messages;
    private final PrintStream err;
    private final Set<Object> told = new HashSet<>();

    Troubles(BundleContext context, Messages messages, PrintStream err) {
        this.context = context;
        this.messages = messages;
        this.err = err;
    }

    boolean are(Kind kind) {
        return all().anyMatch(reference -> is(kind, reference));
    }

    List<String> texts(Kind kind) {
        return all().filter(reference -> is(kind, reference))
                .map(this::text)
                .distinct()
                .toList();
    }

    /** Tells those of a kind that have not been told yet. */
    void tell(Kind kind) {
        all().filter(reference -> is(kind, reference)).forEach(this::tell);
    }

    /** Tells all that there are, and from now on each as it comes up. */
    void tellAlways() {
        try {
            context.addServiceListener(
                    event -> {
                        if (event.getType() == ServiceEvent.REGISTERED) {
                            tell(event.getServiceReference());
                        }
                    },
                    ANY);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(ANY, e);
        }
        all().forEach(this::tell);
    }

    private synchronized void tell(ServiceReference<?> reference) {
        if (told.add(reference.getProperty("service.id"))) {
            String key = is(Kind.WAITING, reference) ? "trouble.waiting" : "trouble.told";
            err.println(messages.text(key, text(reference)));
        }
    }

    private String text(ServiceReference<?> reference) {
        Object german = reference.getProperty(GERMAN);
        return String.valueOf(
                messages.locale().equals(Locale.GERMAN) && german != null ? german : reference.getProperty(TEXT));
    }

    private static boolean is(Kind kind, ServiceReference<?> reference) {
        return kind.name().equals(reference.getProperty(KIND));
    }

    private Stream<ServiceReference<?>> all() {
        try {
            // All: whether this class loader sees the service's class is of no interest.
            ServiceReference<?>[] found = context.getAllServiceReferences(null, ANY);
            return found == null
                    ? Stream.of()
                    : Arrays.<ServiceReference<?>>stream(found).sorted(Comparator.reverseOrder());
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(ANY, e);
        }
    }
}
