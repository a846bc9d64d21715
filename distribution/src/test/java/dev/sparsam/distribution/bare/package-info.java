/** The smallest bundle that answers a request: what the distribution's start is measured against. */
@NullMarked
package dev.sparsam.distribution.bare;

import org.jspecify.annotations.NullMarked;
