@NullMarked
package dev.sparsam.store.internal;

import org.jspecify.annotations.NullMarked;
