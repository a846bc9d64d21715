package dev.sparsam.facts;

import java.util.Optional;

/**
 * What the last run followed and is nevertheless not a fact now.
 *
 * @param last what the run followed, with its evidence
 * @param instead what is set now, when that is something else; it becomes a fact when a run has followed it
 * @param obstacles how many things the run could not handle, so that it is not wholly enforced
 * @param moved whether what the run looked at, such as directories, is not what there is now
 */
public record Withheld<F extends Fact>(Evidenced<F> last, Optional<F> instead, long obstacles, boolean moved) {
    /** Checks that there is a reason to withhold it. */
    public Withheld {
        Checks.that(
                instead.isPresent() || obstacles > 0 || moved,
                "Withheld.instead is empty, Withheld.obstacles is " + obstacles
                        + " and nothing has moved: then it is a fact");
        Checks.that(
                !instead.map(last.fact()::equals).orElse(false),
                "Withheld.instead is what Withheld.last says: then it is not set to something else");
    }

    /** Of what has not moved. */
    public Withheld(Evidenced<F> last, Optional<F> instead, long obstacles) {
        this(last, instead, obstacles, false);
    }
}
