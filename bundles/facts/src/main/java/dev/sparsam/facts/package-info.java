/**
 * What is done with personal data, as typed facts with provenance, and the two contracts that every capability
 * implements. Facts never carry sentences: those are the notice's.
 */
@Export
@Version("2.0.0")
@NullMarked
package dev.sparsam.facts;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
