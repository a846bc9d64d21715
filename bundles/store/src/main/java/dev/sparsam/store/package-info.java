/**
 * The database, its transactions and migrations, clustered jobs, and the port for receipts.
 *
 * <p>A bundle that keeps data brings its migrations as {@code V<n>__<what>.sql} files in a folder that its manifest
 * names ({@code Sparsam-Migrations: migrations}). When they have been applied, the store registers a {@link
 * dev.sparsam.store.Database} and a {@link javax.sql.DataSource} with the service property
 * {@code sparsam.schema=<symbolic name of the bundle>}; so a component that refers to that service starts when its
 * tables are there, and not before.
 *
 * <p>Migrations are portable SQL: they run on H2 (in its PostgreSQL mode) and on PostgreSQL. H2 commits each statement
 * that makes or changes a table by itself; where a process may be killed between two of them, write them so that they
 * can be repeated ({@code create table if not exists}).
 */
@Export
@Version("1.1.0")
@NullMarked
package dev.sparsam.store;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
