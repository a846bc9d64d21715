package dev.sparsam.panel;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where log files of one kind of one site lie: the file being written and its rotated copies, or backups of them.
 *
 * @param site the site whose visitors the log speaks of
 * @param kind what is recorded; of an archive, in what the names of the site's live logs do not fit
 * @param directory absolute directory
 * @param files glob for the file names in it ({@link java.nio.file.FileSystem#getPathMatcher}), for example
 *     {@code access.log*}
 * @param storage what the files are there for
 * @param rotation how the panel rotates them itself, if it says so
 */
public record LogStream(
        SiteId site, LogKind kind, Path directory, String files, LogStorage storage, Optional<Rotation> rotation) {
    /** Live logs of which it is not known how the panel rotates them. */
    public LogStream(SiteId site, LogKind kind, Path directory, String files) {
        this(site, kind, directory, files, LogStorage.LIVE, Optional.empty());
    }

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
