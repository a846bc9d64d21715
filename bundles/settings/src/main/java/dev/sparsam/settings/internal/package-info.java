/** How settings are resolved and kept. */
@NullMarked
package dev.sparsam.settings.internal;

import org.jspecify.annotations.NullMarked;
