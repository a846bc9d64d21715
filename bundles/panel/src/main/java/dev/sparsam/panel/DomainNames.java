package dev.sparsam.panel;

import java.util.regex.Pattern;

/** Syntax of host names (RFC 1123 section 2.1; lengths of RFC 1035 section 2.3.4). */
final class DomainNames {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?");

    private DomainNames() {}

    static void check(String name) {
        if (name.isEmpty() || name.length() > 253) {
            throw new IllegalArgumentException(
                    "Domain name \"" + name + "\" has " + name.length() + " characters: 1 to 253 are allowed");
        }
        for (String label : name.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                throw new IllegalArgumentException("Domain name \"" + name + "\": \"" + label
                        + "\" is no label; write it in lower case and its ASCII form (xn--…)");
            }
        }
    }
}
