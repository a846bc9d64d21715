/**
 * Masking and retention of log files: a sweep is planned (the preview), looked at, run exactly as planned, and leaves a
 * receipt for each site. Lines that lie in no file are masked by {@link dev.sparsam.logs.LineMasking}.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.sparsam.logs;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
