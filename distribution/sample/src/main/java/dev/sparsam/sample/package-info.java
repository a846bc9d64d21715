/**
 * A provider that does not exist, with logs that look real: for the demo, tests and benchmarks. Everything comes from a
 * seed, and every name and address is of a range reserved for documentation (RFC 2606, 3849, 5737, 6761, 9637).
 */
@NullMarked
package dev.sparsam.sample;

import org.jspecify.annotations.NullMarked;
