@NullMarked
package dev.sparsam.panel.reference.internal;

import org.jspecify.annotations.NullMarked;
