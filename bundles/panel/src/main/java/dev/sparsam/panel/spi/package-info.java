/**
 * The ports that a panel connector implements and registers as OSGi services with the property {@code panel.id}. A port
 * that a connector does not register is a capability that the panel does not have.
 *
 * <p>One connector at a time: whoever needs tenants and sites binds each port by its type, so with two connectors the
 * tenants of one panel could meet the sites of another. Stop one before starting another, and register all ports of a
 * connector as one service, so that they come and go together. Where two must run, set the targets of the references
 * ({@code tenants.target} and {@code sites.target}) of every component that has them to the same
 * {@code (panel.id=NAME)}.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.sparsam.panel.spi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
