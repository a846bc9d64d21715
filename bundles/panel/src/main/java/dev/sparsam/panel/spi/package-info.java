/**
 * The ports that a panel connector implements and registers as OSGi services with the property {@code panel.id}. A port
 * that a connector does not register is a capability that the panel does not have.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.sparsam.panel.spi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
