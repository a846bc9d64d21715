/** The use cases as commands, and the socket of the machine on which they are given. */
@NullMarked
package dev.sparsam.shell.internal;

import org.jspecify.annotations.NullMarked;
