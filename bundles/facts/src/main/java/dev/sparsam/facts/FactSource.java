package dev.sparsam.facts;

import dev.sparsam.panel.ScopePath;
import java.util.Collection;
import org.osgi.annotation.versioning.ConsumerType;

/** What a capability does with personal data. Every capability registers one (whiteboard). */
@ConsumerType
public interface FactSource {
    /** What is known of these parts of the tree at one moment, in a constant number of queries whatever their number. */
    Findings find(Collection<ScopePath> paths);
}
