package dev.sparsam.store.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for the servers of tests. */
public final class Ports {

    private Ports() {}

    /** A port that was free a moment ago, for any server of a test. */
    public static int free() {
        // Below the range from which the kernel takes the ports of outgoing connections: one of those, made before this
        // one is opened, would otherwise take it.
        for (int attempt = 0; ; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                if (attempt == 100) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
