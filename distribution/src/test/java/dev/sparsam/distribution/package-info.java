/** Starts what was assembled, as a user would: the script, a data folder, a port. */
@NullMarked
package dev.sparsam.distribution;

import org.jspecify.annotations.NullMarked;
