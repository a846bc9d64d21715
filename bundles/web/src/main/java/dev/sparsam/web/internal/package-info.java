/** The pages and what stands behind them. Nothing of it is for other bundles. */
@NullMarked
package dev.sparsam.web.internal;

import org.jspecify.annotations.NullMarked;
