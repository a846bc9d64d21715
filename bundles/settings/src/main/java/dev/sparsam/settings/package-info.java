/**
 * Settings with a scope and a source. A setting resolves along provider, reseller, customer, domain: the nearest value
 * wins, the answer says where it came from, and going down a value may only become stricter unless a scope above allows
 * otherwise.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.sparsam.settings;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
