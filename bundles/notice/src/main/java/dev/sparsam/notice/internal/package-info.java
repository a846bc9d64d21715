/** From facts to clauses to statements. */
@NullMarked
package dev.sparsam.notice.internal;

import org.jspecify.annotations.NullMarked;
