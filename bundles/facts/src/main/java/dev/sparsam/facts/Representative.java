package dev.sparsam.facts;

/**
 * The representative in the Union of a controller outside of it (GDPR Art. 13(1)(a), Art. 27).
 *
 * @param contact name and contact data
 */
public record Representative(Contact contact) implements Fact {}
