package dev.sparsam.facts;

import java.util.List;

/**
 * What a source knows of some parts of the tree at one moment. Nothing is in both lists.
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
}
