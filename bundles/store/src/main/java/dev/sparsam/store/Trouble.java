package dev.sparsam.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that an administrator has to put right. It is a service while it lasts, so that whoever is asked for what is
 * missing (a page, a command, the start) can say why. Its service properties {@link #KIND}, {@link #TEXT} and
 * {@link #GERMAN} say all of it, also to those who do not import this package.
 *
 * @param kind what it means for the part that has it
 * @param wording whole sentences: what is wrong, where (file, line, field), what to do
 */
public record Trouble(Kind kind, Wording wording) {
    /** Service property: the kind's name. */
    public static final String KIND = "sparsam.trouble.kind";

    /** Service property: the text in English. */
    public static final String TEXT = "sparsam.trouble.text";

    /** Service property: the text in German. */
    public static final String GERMAN = "sparsam.trouble.text.de";

    private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);

    /** What a trouble means for the part that has it. */
    public enum Kind {
        /** The part runs, with a default instead of what is written. */
        DEFAULT,
        /** The part does not run yet; it tries again by itself until it does. */
        WAITING,
        /** The part does not run until somebody does something. */
        STOPPED
    }

    /** A trouble that is known; closing it says that it is over. */
    public interface Announcement extends AutoCloseable {
        @Override
        void close();
    }

    /** The English text. */
    public String text() {
        return wording.english();
    }

    /** Writes it to the log and makes it known until the announcement is closed or the bundle stops. */
    public Announcement announce(BundleContext context) {
        LOG.error("{}", text());
        ServiceRegistration<Trouble> registration = context.registerService(
                Trouble.class,
                this,
                FrameworkUtil.asDictionary(
                        Map.of(KIND, kind.name(), TEXT, wording.english(), GERMAN, wording.german())));
        return () -> {
            try {
                registration.unregister();
            } catch (IllegalStateException e) {
                LOG.debug("The bundle that had this trouble has stopped: {}", text(), e);
            }
        };
    }

    /** All that there is, in the order in which it came up. */
    public static List<Trouble> all(BundleContext context) {
        List<Trouble> all = new ArrayList<>();
        try {
            for (ServiceReference<Trouble> reference : context.getServiceReferences(Trouble.class, null).stream()
                    .sorted((a, b) -> b.compareTo(a))
                    .toList()) {
                all.add(new Trouble(
                        Kind.valueOf(String.valueOf(reference.getProperty(KIND))),
                        new Wording(
                                String.valueOf(reference.getProperty(TEXT)),
                                String.valueOf(reference.getProperty(GERMAN)))));
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("No filter is a valid filter", e);
        }
        return List.copyOf(all);
    }
}
