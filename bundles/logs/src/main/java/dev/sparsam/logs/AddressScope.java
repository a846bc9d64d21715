package dev.sparsam.logs;

import java.util.Arrays;
import java.util.Locale;

/** Which addresses of a line are masked. */
public enum AddressScope {
    /**
     * Those of the client only, where the format says which these are. In lines that are not understood, and in formats of
     * free text such as mail logs, it is every address all the same.
     */
    CLIENT,
    /** Every address, wherever it stands. */
    LINE;

    /**
     * Reads {@code client} or {@code line}.
     *
     * @throws IllegalArgumentException when the text is neither; the message says what to write instead
     */
    public static AddressScope parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(scope -> scope.toString().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "Scope \"" + text.strip() + "\" is not understood: write line or client"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
