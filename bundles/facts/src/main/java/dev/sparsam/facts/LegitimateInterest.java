package dev.sparsam.facts;

/**
 * The interest behind a purpose whose basis is GDPR Art. 6(1)(f) (GDPR Art. 13(1)(d), Art. 14(2)(b)).
 *
 * @param purpose the id of the {@link Purpose}
 * @param interest the id of the text that names the interest
 * @param holder whose interest it is
 * @param balancing the id of the record in which it was weighed against the interests of the data subjects; not printed
 */
public record LegitimateInterest(String purpose, String interest, Holder holder, String balancing) implements Fact {
    /** Checks the ids. */
    public LegitimateInterest {
        Checks.id("LegitimateInterest.purpose", purpose);
        Checks.id("LegitimateInterest.interest", interest);
        Checks.id("LegitimateInterest.balancing", balancing);
    }

    /** Whose interest it is. */
    public enum Holder {
        /** The controller's. */
        CONTROLLER,
        /** Somebody else's. */
        THIRD_PARTY
    }
}
