package dev.sparsam.shell.internal;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes command lines on a Unix domain socket and streams back what they say. Who may open the folder of the socket may
 * give commands; there is no other door and no TCP port.
 *
 * <p>A client sends its language and its working directory, each as {@link DataOutputStream#writeUTF}, then any number of commands: how many words (int)
 * and each of them. One word is a line as it would be typed, several are a command and its arguments, which are taken as
 * they are. To each command the server answers with frames of a kind (one byte), a length (int) and that many bytes: {@link #OUT} and {@link #ERR}
 * carry UTF-8 text, and {@link #STATUS} ends the answer with a length that is the exit status and no bytes.
 */
final class CommandServer implements AutoCloseable {

    static final int OUT = 1;
    static final int ERR = 2;
    static final int STATUS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(CommandServer.class);

    /** How long a stop waits for a command that does not end. */
    private static final long PATIENCE_MILLIS = 2_000;

    /** Runs the lines of one client. */
    interface Session extends AutoCloseable {

        /** Returns the exit status: 0 when the command did what it was asked to. */
        int run(List<String> command);

        @Override
        void close();
    }

    /** Opens a session for a client. */
    interface Sessions {
        Session open(Client client, PrintStream out, PrintStream err);
    }

    /**
     * Who gives the commands.
     *
     * @param language such as {@code de}
     * @param folder the working directory: relative paths are meant in it
     */
    record Client(String language, Path folder) {}

    private final Path socket;
    private final Sessions sessions;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    private CommandServer(Path socket, Sessions sessions, ServerSocketChannel server) {
        this.socket = socket;
        this.sessions = sessions;
        this.server = server;
    }

    /** Replaces a socket that a killed process left; the caller holds the lock of the data folder. */
    static CommandServer listen(Path socket, Sessions sessions) throws IOException {
        Path folder = socket.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException(socket + " has no folder");
        }
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        // Before there is a socket: between its birth and its own permissions nobody else may reach it.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            SocketPath.use(socket, server::bind);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        CommandServer result = new CommandServer(socket, sessions, server);
        result.start("sparsam-shell", result::accept);
        return result;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                clients.add(client);
                start("sparsam-shell-client", () -> serve(client));
            } catch (IOException e) {
                if (server.isOpen()) {
                    // Too many open files, for example: that passes.
                    LOG.warn("The shell's socket {} did not take a connection: {}", socket, e.getMessage());
                    pause();
                }
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closeQuietly(server);
        }
    }

    private void serve(SocketChannel channel) {
        try (channel;
                DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
                DataOutputStream frames = new DataOutputStream(Channels.newOutputStream(channel))) {
            Client client = new Client(in.readUTF(), Path.of(in.readUTF()));
            try (PrintStream out = printer(frames, OUT);
                    PrintStream err = printer(frames, ERR);
                    Session session = sessions.open(client, out, err)) {
                while (server.isOpen()) {
                    int status = session.run(words(in));
                    out.flush();
                    err.flush();
                    synchronized (frames) {
                        frames.writeByte(STATUS);
                        frames.writeInt(status);
                        frames.flush();
                    }
                }
            }
        } catch (EOFException e) {
            LOG.debug("A client of the shell has left");
        } catch (IOException e) {
            LOG.debug("A client of the shell is gone", e);
        } finally {
            clients.remove(channel);
        }
    }

    private static List<String> words(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add(in.readUTF());
        }
        return words;
    }

    private static PrintStream printer(DataOutputStream frames, int kind) {
        return new PrintStream(new Frames(frames, kind), true, StandardCharsets.UTF_8);
    }

    private void start(String name, Runnable task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } finally {
                        threads.remove(Thread.currentThread());
                    }
                },
                name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    @Override
    public void close() {
        closeQuietly(server);
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        for (Thread thread : threads) {
            if (thread != Thread.currentThread()) { // A command may stop the bundle that runs it.
                thread.interrupt();
            }
        }
        for (Thread thread : threads) {
            if (thread == Thread.currentThread()) {
                continue;
            }
            try {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        // Not before: a command that was waiting says to its client why it ends.
        clients.forEach(CommandServer::closeQuietly);
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.warn("The shell's socket {} could not be removed", socket, e);
        }
    }

    private static void closeQuietly(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) {
            LOG.debug("Closing a channel of the shell", e);
        }
    }

    /** One stream of a command, cut into frames. */
    private static final class Frames extends OutputStream {

        private final DataOutputStream frames;
        private final int kind;

        Frames(DataOutputStream frames, int kind) {
            this.frames = frames;
            this.kind = kind;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            synchronized (frames) {
                frames.writeByte(kind);
                frames.writeInt(length);
                frames.write(bytes, offset, length);
                frames.flush();
            }
        }
    }
}
