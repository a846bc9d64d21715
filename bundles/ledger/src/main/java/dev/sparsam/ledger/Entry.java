package dev.sparsam.ledger;

import dev.sparsam.store.Receipt;
import java.time.Instant;

/**
 * A receipt in the ledger.
 *
 * @param index its place, from 0
 * @param at when it was appended, UTC, to the millisecond
 * @param receipt the receipt
 * @param canonical the exact text that is hashed: canonical JSON (RFC 8785) of index, time and receipt
 * @param leafHash SHA-256 of a zero byte and the canonical text in UTF-8 (RFC 9162 section 2.1.1)
 */
public record Entry(long index, Instant at, Receipt receipt, String canonical, Hash leafHash) {}
