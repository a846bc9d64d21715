package dev.sparsam.facts;

import dev.sparsam.panel.ScopePath;
import java.util.Collection;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** What a capability does with personal data. Every capability registers one (whiteboard). */
@ConsumerType
public interface FactSource {
    /** The facts that hold for these parts of the tree, in a constant number of queries whatever their number. */
    List<Evidenced<?>> facts(Collection<ScopePath> paths);

    /**
     * What would be facts of these parts of the tree, had the last run followed what is set now and handled everything;
     * in a constant number of queries as well. Nothing is both here and in {@link #facts}.
     */
    default List<Withheld<?>> withheld(Collection<ScopePath> paths) {
        return List.of();
    }
}
