/** Real databases, ports and a clock for tests, here and in the bundles above (artifact type {@code test-jar}). */
@NullMarked
package dev.sparsam.store.testing;

import org.jspecify.annotations.NullMarked;
