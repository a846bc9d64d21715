package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;

/** What a file has besides its content. Access control lists cannot be read from Java: they stay as they are. */
final class Attributes {
    private Attributes() {}

    /** Gives a file the owner, mode, time and user attributes of another. */
    static void copy(Path from, Path to) throws IOException {
        FileIdentity original = FileIdentity.read(from);
        FileIdentity copy = FileIdentity.read(to);
        if (copy.uid() != original.uid()) {
            Files.setAttribute(to, "unix:uid", original.uid(), LinkOption.NOFOLLOW_LINKS);
        }
        if (copy.gid() != original.gid()) {
            Files.setAttribute(to, "unix:gid", original.gid(), LinkOption.NOFOLLOW_LINKS);
        }
        copyUserAttributes(from, to);
        // After the owner: a change of the owner takes bits away.
        Files.setAttribute(to, "unix:mode", original.mode() & 0xfff, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(to, "lastModifiedTime", FileTime.from(original.modified()), LinkOption.NOFOLLOW_LINKS);
    }

    private static void copyUserAttributes(Path from, Path to) {
        try {
            UserDefinedFileAttributeView source =
                    Files.getFileAttributeView(from, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            UserDefinedFileAttributeView target =
                    Files.getFileAttributeView(to, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            if (source == null || target == null) {
                return;
            }
            for (String name : source.list()) {
                ByteBuffer value = ByteBuffer.allocate(source.size(name));
                source.read(name, value);
                target.write(name, value.flip());
            }
        } catch (IOException e) {
            // Best effort: most file systems of logs have none, and nothing of the log is in them.
            return;
        }
    }
}
