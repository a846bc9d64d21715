package dev.sparsam.facts;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the records of this package demand of their components. The first argument is always the component's name. */
final class Checks {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s,;<>\"]{1,64}@[^@\\s,;<>\".]+([.][^@\\s,;<>\".]+)+");

    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?";
    private static final Pattern HOST = Pattern.compile("(?=.{1,253}$)" + LABEL + "([.]" + LABEL + ")*");

    private Checks() {}

    static String id(String name, String value) {
        if (!ID.matcher(value).matches()) {
            throw new IllegalArgumentException(name + " \"" + value
                    + "\" is no id: use 1 to 128 letters, digits or . _ : / @ -, starting with a letter or digit");
        }
        return value;
    }

    /** One line of text for people: not blank, without control characters and without invisible direction marks. */
    static String text(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + " is empty");
        }
        value.codePoints().filter(Checks::isInvisible).findFirst().ifPresent(character -> {
            throw new IllegalArgumentException(
                    String.format("%s holds the invisible character U+%04X; remove it", name, character));
        });
        return value;
    }

    private static boolean isInvisible(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    static String email(String name, String value) {
        text(name, value);
        if (!EMAIL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    name + " \"" + value + "\" is no e-mail address: write it as name@example.org");
        }
        return value;
    }

    /** A host or top-level domain in the form that panels and registries compare: lower case, A-labels. */
    static String host(String name, String value) {
        if (!HOST.matcher(value).matches()) {
            throw new IllegalArgumentException(name + " \"" + value
                    + "\" is no host name: write it in lower case without a final dot, international names as xn--...");
        }
        return value;
    }

    /** An address that a person can open. */
    static URI web(String name, URI value) {
        String scheme = value.getScheme();
        if (!("https".equals(scheme) || "http".equals(scheme)) || value.getHost() == null) {
            throw new IllegalArgumentException(
                    name + " \"" + value + "\" is no web address: it starts with https:// and a host");
        }
        return value;
    }

    static String sha256(String name, String value) {
        if (!SHA256.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    name + " \"" + value + "\" is no SHA-256 value: write 64 hex digits in lower case");
        }
        return value;
    }

    static int range(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ": use " + least + " to " + most);
        }
        return value;
    }

    static <T> Optional<T> optional(String name, Optional<T> value, Check<T> check) {
        return value.map(present -> check.check(name, present));
    }

    /** A copy in which each element was checked and none stands twice. */
    static <T> List<T> list(String name, List<T> values, Check<T> check) {
        List<T> copy = List.copyOf(values);
        for (T value : copy) {
            check.check(name, value);
        }
        return distinct(name, copy);
    }

    /** A copy in which none stands twice. */
    static <T> List<T> distinct(String name, List<T> values) {
        List<T> copy = List.copyOf(values);
        for (int i = 0; i < copy.size(); i++) {
            if (copy.indexOf(copy.get(i)) != i) {
                throw new IllegalArgumentException(name + " names \"" + copy.get(i) + "\" twice");
            }
        }
        return copy;
    }

    /** Refuses a contradiction. */
    static void that(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** One of the checks above. */
    @FunctionalInterface
    interface Check<T> {
        T check(String name, T value);
    }
}
