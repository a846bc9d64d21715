package dev.sparsam.ledger;

/** The outcome of checking a ledger. */
public sealed interface Verification {
    /**
     * Everything fits.
     *
     * @param entries how many entries were checked
     * @param checkpoints how many signed tree heads were checked
     */
    record Intact(long entries, long checkpoints) implements Verification {}

    /**
     * Something does not fit.
     *
     * @param index the first entry that does not fit
     * @param what what is wrong with it, for people
     */
    record Broken(long index, String what) implements Verification {}
}
