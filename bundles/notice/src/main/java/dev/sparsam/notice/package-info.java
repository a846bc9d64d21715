/** The privacy notice: statements that are written from facts, and from nothing else. */
@Export
@Version("1.0.0")
@NullMarked
package dev.sparsam.notice;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
