/** A panel whose tenants and sites are kept in the database and come from a file; see the bundle's README. */
@NullMarked
package dev.sparsam.panel.reference.internal;

import org.jspecify.annotations.NullMarked;
