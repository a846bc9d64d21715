package dev.sparsam.facts;

import dev.sparsam.panel.ScopePath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What sources know of some parts of the tree at one moment. Nothing is in both lists.
 *
 * @param facts what holds
 * @param withheld what would hold, had the last run followed what is set now and handled everything
 */
public record Findings(List<Evidenced<?>> facts, List<Withheld<?>> withheld) {
    /** Keeps copies. */
    public Findings {
        facts = List.copyOf(facts);
        withheld = List.copyOf(withheld);
    }

    /** What these sources know together, in their order. */
    public static Findings of(Collection<? extends FactSource> sources, Collection<ScopePath> paths) {
        List<Evidenced<?>> facts = new ArrayList<>();
        List<Withheld<?>> withheld = new ArrayList<>();
        for (FactSource source : sources) {
            Findings found = source.find(paths);
            facts.addAll(found.facts());
            withheld.addAll(found.withheld());
        }
        return new Findings(facts, withheld);
    }
}
