package dev.sparsam.logs.internal;

import dev.sparsam.logs.SiteRules;
import dev.sparsam.panel.SiteId;

/** A site of a sweep with the settings that its plan follows. */
record SweptSite(SiteId site, SiteRules rules) {}
