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
}
