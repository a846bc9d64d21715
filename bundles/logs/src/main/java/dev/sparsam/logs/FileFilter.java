package dev.sparsam.logs;

import dev.sparsam.panel.SiteId;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Which files of a sweep are asked for.
 *
 * @param sites only those of these sites; empty for all
 * @param problems only those with which something is wrong, see {@link SweepFile#isProblem}
 */
public record FileFilter(Optional<Set<SiteId>> sites, boolean problems) {
    /** All files. */
    public static final FileFilter ALL = new FileFilter(Optional.empty(), false);

    /** Keeps a copy. */
    public FileFilter {
        sites = sites.map(Set::copyOf);
    }

    /** All files of some sites. */
    public static FileFilter of(Collection<SiteId> sites) {
        return new FileFilter(Optional.of(Set.copyOf(sites)), false);
    }

    /** Of these files those with which something is wrong. */
    public FileFilter onlyProblems() {
        return new FileFilter(sites, true);
    }
}
