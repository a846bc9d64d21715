/**
 * The database, its transactions and migrations, clustered jobs, and the port for receipts.
 *
 * <p>A bundle that keeps data brings its migrations as {@code V<n>__<what>.sql} files in a folder that its manifest
 * names ({@code Sparsam-Migrations: migrations}). When they have been applied, the store registers a {@link
 * dev.sparsam.store.Database} and a {@link javax.sql.DataSource} with the service property
 * {@code sparsam.schema=<symbolic name of the bundle>}; so a component that refers to that service starts when its
 * tables are there, and not before.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.sparsam.store;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
