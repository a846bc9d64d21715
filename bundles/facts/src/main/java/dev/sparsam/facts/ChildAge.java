package dev.sparsam.facts;

/**
 * Whom the offer addresses, and from what age a child can consent by itself (GDPR Art. 8(1)).
 *
 * @param country whose law sets the age
 * @param age the age in years, 13 to 16
 * @param audience whom the offer addresses
 */
public record ChildAge(Country country, int age, Audience audience) implements Fact {
    /** Checks that the age is one that Art. 8(1) allows. */
    public ChildAge {
        Checks.range("ChildAge.age", age, 13, 16);
    }

    /** Whom an offer addresses. */
    public enum Audience {
        /** Businesses. */
        BUSINESSES,
        /** Everybody, not children in particular. */
        GENERAL,
        /** Children too, directly. */
        CHILDREN
    }
}
