package dev.sparsam.shell.internal;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The address of a Unix domain socket, also where its path is longer than the kernel's 107 bytes. */
final class SocketPath {

    private static final int LONGEST = 107;

    /** What is done with the address. */
    interface Use<T> {
        T with(UnixDomainSocketAddress address) throws IOException;
    }

    private SocketPath() {}

    /** A long path is reached through a symbolic link that lives while the address is used. */
    static <T> T use(Path socket, Use<T> use) throws IOException {
        Path folder = socket.getParent();
        if (folder == null || socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST) {
            return use.with(UnixDomainSocketAddress.of(socket));
        }
        Path detour = Files.createTempDirectory("sparsam");
        Path link = detour.resolve("run");
        try {
            Files.createSymbolicLink(link, folder.toAbsolutePath());
            return use.with(UnixDomainSocketAddress.of(link.resolve(socket.getFileName())));
        } finally {
            Files.deleteIfExists(link);
            Files.delete(detour);
        }
    }
}
