package dev.sparsam.facts;

/**
 * Where a letter arrives.
 *
 * @param street street and number, or a post office box
 * @param postalCode the postal code
 * @param city the city
 * @param country the country
 */
public record PostalAddress(String street, String postalCode, String city, Country country) {
    /** Checks that no line is empty. */
    public PostalAddress {
        Checks.text("PostalAddress.street", street);
        Checks.text("PostalAddress.postalCode", postalCode);
        Checks.text("PostalAddress.city", city);
    }
}
