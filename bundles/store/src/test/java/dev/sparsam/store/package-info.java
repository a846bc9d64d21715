/** Tests of the store's API. */
@NullMarked
package dev.sparsam.store;

import org.jspecify.annotations.NullMarked;
