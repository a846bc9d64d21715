@NullMarked
package dev.sparsam.ledger.internal;

import org.jspecify.annotations.NullMarked;
