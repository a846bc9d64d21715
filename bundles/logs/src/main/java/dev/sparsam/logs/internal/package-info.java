/** The engine of the capability, plain Java, and the components on top of it. */
@NullMarked
package dev.sparsam.logs.internal;

import org.jspecify.annotations.NullMarked;
