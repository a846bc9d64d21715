package dev.sparsam.shell.internal;

/**
 * A command did not do what it was asked to, and why, in a sentence that can be said in any of our languages. The message
 * is the English one, for hosts that print it themselves.
 */
final class Refusal extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String key;
    private final transient Object[] arguments;

    /** @param key of the shell's texts */
    Refusal(String key, Object... arguments) {
        super(Texts.in("en").text(key, arguments));
        this.key = key;
        this.arguments = arguments.clone();
    }

    String text(Texts texts) {
        return texts.text(key, arguments);
    }
}
