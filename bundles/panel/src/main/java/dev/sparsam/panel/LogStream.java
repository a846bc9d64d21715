package dev.sparsam.panel;

import java.nio.file.Path;

/**
 * Where log files of one kind of one site lie: the file being written and its rotated copies.
 *
 * @param site the site whose visitors the log speaks of
 * @param kind what is recorded
 * @param directory absolute directory
 * @param files glob for the file names in it ({@link java.nio.file.FileSystem#getPathMatcher}), for example
 *     {@code access.log*}
 */
public record LogStream(SiteId site, LogKind kind, Path directory, String files) {
    /** Checks that the directory is absolute and the glob names files of this directory only. */
    public LogStream {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException(
                    "Log directory \"" + directory + "\" of site " + site + " is not an absolute path");
        }
        if (files.isBlank() || files.contains("/")) {
            throw new IllegalArgumentException("File pattern \"" + files + "\" of site " + site
                    + " must be a name pattern without '/', for example access.log*");
        }
    }
}
