/** A bundle with commands that stop, update and start other bundles. */
@NullMarked
package dev.sparsam.distribution.lifecycle;

import org.jspecify.annotations.NullMarked;
