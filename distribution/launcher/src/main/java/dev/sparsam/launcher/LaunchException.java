package dev.sparsam.launcher;

/** Something the user can put right; its message is a whole sentence in the user's language. */
final class LaunchException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The way the command line is written was wrong, as in {@code sysexits}: the shell's convention for misuse is 2. */
    static final int USAGE = 2;

    /** Everything else that keeps Sparsam from starting. */
    static final int FAILED = 1;

    private final int exitCode;

    LaunchException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static LaunchException failed(String message) {
        return new LaunchException(FAILED, message);
    }

    static LaunchException usage(String message) {
        return new LaunchException(USAGE, message);
    }

    int exitCode() {
        return exitCode;
    }

    String sentence() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
