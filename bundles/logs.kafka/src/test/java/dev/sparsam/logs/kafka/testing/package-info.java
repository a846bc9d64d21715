/** A real broker. */
@NullMarked
package dev.sparsam.logs.kafka.testing;

import org.jspecify.annotations.NullMarked;
