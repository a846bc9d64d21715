/** What tests of this bundle need of the masking. */
@NullMarked
package dev.sparsam.logs.internal;

import org.jspecify.annotations.NullMarked;
