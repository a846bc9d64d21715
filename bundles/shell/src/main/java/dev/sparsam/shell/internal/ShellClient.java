package dev.sparsam.shell.internal;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The other end of the socket: {@code ShellClient [--prompt] --socket PATH... -- [COMMAND...]}. One argument is a line as
 * it would be typed, several are a command and its arguments. Without any the lines come from the input. The exit status
 * is the last command's.
 */
public final class ShellClient {

    private final DataInputStream in;
    private final DataOutputStream out;
    private final PrintStream console;
    private final PrintStream errors;

    private ShellClient(SocketChannel channel, PrintStream console, PrintStream errors) {
        this.in = new DataInputStream(Channels.newInputStream(channel));
        this.out = new DataOutputStream(Channels.newOutputStream(channel));
        this.console = console;
        this.errors = errors;
    }

    /** Runs the commands and ends with their status. */
    public static void main(String[] arguments) {
        PrintStream console = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream errors = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        String language = System.getenv().getOrDefault("SPARSAM_LANGUAGE", "en");
        Path folder = Path.of("").toAbsolutePath();
        System.exit(run(List.of(arguments), language, folder, console, errors));
    }

    static int run(List<String> arguments, String language, Path folder, PrintStream console, PrintStream errors) {
        int separator = arguments.indexOf("--");
        List<String> options = arguments.subList(0, separator);
        List<String> command = arguments.subList(separator + 1, arguments.size());
        List<Path> sockets = new ArrayList<>();
        for (int i = 0; i < options.size(); i++) {
            if (options.get(i).equals("--socket")) {
                sockets.add(Path.of(options.get(++i)).toAbsolutePath().normalize());
            }
        }
        Texts texts = Texts.in(language);
        try (SocketChannel channel = connect(sockets)) {
            ShellClient client = new ShellClient(channel, console, errors);
            client.out.writeUTF(language);
            client.out.writeUTF(folder.toString());
            return command.isEmpty() ? client.talk(options.contains("--prompt")) : client.execute(command);
        } catch (EOFException e) {
            errors.println(texts.text("client.ended"));
        } catch (IOException e) {
            String folders =
                    sockets.stream().map(socket -> String.valueOf(data(socket))).collect(Collectors.joining(", "));
            boolean forbidden =
                    String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("permission denied");
            errors.println(texts.text(forbidden ? "client.forbidden" : "client.none", folders));
        }
        return 1;
    }

    /** The data folder that the socket lies in: it is what the user knows. */
    private static @Nullable Path data(Path socket) {
        Path run = socket.getParent();
        return run == null ? null : run.getParent();
    }

    private static SocketChannel connect(List<Path> sockets) throws IOException {
        IOException failure = new IOException("no socket");
        for (Path socket : sockets) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                if (SocketPath.use(socket, channel::connect)) {
                    return channel;
                }
            } catch (IOException e) {
                channel.close();
                failure = e;
            }
        }
        throw failure;
    }

    /** Lines until the end of the input, {@code exit} or {@code quit}. */
    private int talk(boolean prompt) throws IOException {
        int status = 0;
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8))) {
            while (true) {
                if (prompt) {
                    console.print("sparsam> ");
                    console.flush();
                }
                String line = lines.readLine();
                if (line == null || line.strip().equals("exit") || line.strip().equals("quit")) {
                    return status;
                }
                if (!line.isBlank()) {
                    status = execute(List.of(line));
                }
            }
        }
    }

    private int execute(List<String> command) throws IOException {
        out.writeInt(command.size());
        for (String word : command) {
            out.writeUTF(word);
        }
        out.flush();
        while (true) {
            int kind = in.readByte();
            int length = in.readInt();
            if (kind == CommandServer.STATUS) {
                return length;
            }
            byte[] bytes = in.readNBytes(length);
            if (kind == CommandServer.ERR) {
                errors.write(bytes, 0, bytes.length);
                errors.flush();
            } else {
                console.write(bytes, 0, bytes.length);
                console.flush();
            }
        }
    }
}
