/** How the store works: JDBC, migrations, jobs. */
@NullMarked
package dev.sparsam.store.internal;

import org.jspecify.annotations.NullMarked;
