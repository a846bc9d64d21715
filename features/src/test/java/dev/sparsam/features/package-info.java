/** Sparsam inside a host. */
@NullMarked
package dev.sparsam.features;

import org.jspecify.annotations.NullMarked;
