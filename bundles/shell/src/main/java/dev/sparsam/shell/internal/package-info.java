/** The use cases as commands. */
@NullMarked
package dev.sparsam.shell.internal;

import org.jspecify.annotations.NullMarked;
