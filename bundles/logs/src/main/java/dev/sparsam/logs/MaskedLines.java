package dev.sparsam.logs;

/**
 * What masking has found.
 *
 * @param lines how many lines there were
 * @param notUnderstood how many of them were of no known format; they are masked wherever something is found
 * @param siteKnown whether the panel has the domain; otherwise the strictest rules that it has have held
 * @param after what stands before the next lines of the same log
 */
public record MaskedLines(long lines, long notUnderstood, boolean siteKnown, LinesBefore after) {}
