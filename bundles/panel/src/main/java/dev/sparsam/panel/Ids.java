package dev.sparsam.panel;

import java.util.regex.Pattern;

/** The one rule for identifiers that a panel gives us. */
final class Ids {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private Ids() {}

    static String checked(String kind, String value) {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    kind + " \"" + value
                            + "\" is not valid: use 1 to 128 letters, digits, '.', '_' or '-', starting with a letter or digit");
        }
        return value;
    }
}
