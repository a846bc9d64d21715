/**
 * The receipts of this installation in a tamper-evident log: an append-only Merkle tree (RFC 9162 section 2.1) whose
 * head is signed after each append.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.sparsam.ledger;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
