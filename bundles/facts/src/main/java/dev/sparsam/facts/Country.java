package dev.sparsam.facts;

import java.util.Locale;

/**
 * A country.
 *
 * @param code ISO 3166-1 alpha-2, upper case, for example {@code DE}
 */
public record Country(String code) {
    /** Checks that ISO has assigned the code. */
    public Country {
        if (!Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2).contains(code)) {
            throw new IllegalArgumentException("\"" + code
                    + "\" is no country: write the two capital letters of ISO 3166-1, for example DE or AT");
        }
    }

    /** The code. */
    @Override
    public String toString() {
        return code;
    }
}
