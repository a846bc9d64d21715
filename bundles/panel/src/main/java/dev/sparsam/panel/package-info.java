/**
 * The tenant tree of a hosting panel, its sites and their log streams, the people who act, and the words that every
 * capability shares: scopes and retention rules. Values only; the ports of a panel connector are in
 * {@link dev.sparsam.panel.spi}.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.sparsam.panel;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
