/** Starts the stand-alone distribution: checks what can be wrong, runs the framework, says where everything is. */
@NullMarked
package dev.sparsam.launcher;

import org.jspecify.annotations.NullMarked;
