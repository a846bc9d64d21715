package dev.sparsam.facts;

import dev.sparsam.panel.ScopePath;
import java.util.Collection;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** What a capability does with personal data. Every capability registers one (whiteboard). */
@ConsumerType
public interface FactSource {
    /** What is known of these parts of the tree at one moment, in a constant number of queries whatever their number. */
    Findings find(Collection<ScopePath> paths);

    /** The facts among {@link #find}; whoever needs both asks there. */
    default List<Evidenced<?>> facts(Collection<ScopePath> paths) {
        return find(paths).facts();
    }

    /** What is withheld, among {@link #find}; whoever needs both asks there. */
    default List<Withheld<?>> withheld(Collection<ScopePath> paths) {
        return find(paths).withheld();
    }
}
