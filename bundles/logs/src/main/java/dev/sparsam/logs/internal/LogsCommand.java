package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Masks files, or what comes in, and writes it to the standard output; without the framework and without a database. Needs
 * this jar and Jackson's jackson-core on the class path, and nothing else.
 */
public final class LogsCommand {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    /** The format that was named is that of no line. */
    private static final int UNFIT = 3;

    /** Each takes a few megabytes of the heap. */
    private static final int MOST_THREADS = 8;

    private final InputStream input;
    private final OutputStream output;
    private final PrintStream errors;
    private final Locale locale;
    private final SecureRandom random;

    private AddressMasking addresses = AddressMasking.DEFAULT;
    private AddressScope scope = AddressScope.LINE;
    private final Map<PersonalField, Handling> handlings = new EnumMap<>(PersonalField.class);
    /** Templates are not thread-safe, so each thread gets its own. */
    private Supplier<Optional<LogFormat>> format = Optional::empty;

    private String formatName = "auto";

    private Optional<byte[]> key = Optional.empty();
    private ZoneId zone = ZoneId.systemDefault();
    /** More than one take less time, but more of the processors: each has its start. */
    private int threads = 1;

    private boolean quiet;
    private final List<String> files = new ArrayList<>();

    LogsCommand(InputStream input, OutputStream output, PrintStream errors, Locale locale, SecureRandom random) {
        this.input = input;
        this.output = output;
        this.errors = errors;
        this.locale = locale;
        this.random = random;
    }

    /**
     * Ends with 0 when all was masked, 1 when something could not be read or written, 2 when the arguments were not
     * understood, 3 when a file had no line of the format that was named.
     */
    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("pipe")) {
            List<String> rest = List.of(arguments).subList(1, arguments.length);
            FileInputStream in = new FileInputStream(FileDescriptor.in);
            System.exit(new PipeCommand(in, System.err, Locale.getDefault(), new SecureRandom()).run(rest));
        }
        // Without the buffers of System.in and System.out: the scanner has its own.
        LogsCommand command = new LogsCommand(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                System.err,
                Locale.getDefault(),
                new SecureRandom());
        System.exit(command.run(List.of(arguments)));
    }

    int run(List<String> arguments) {
        if (arguments.isEmpty() || arguments.get(0).equals("help") || arguments.contains("--help")) {
            say("usage", formats());
            return arguments.isEmpty() ? MISUSED : DONE;
        }
        if (!arguments.get(0).equals("mask")) {
            say("unknown", arguments.get(0));
            return MISUSED;
        }
        try {
            read(arguments.subList(1, arguments.size()));
        } catch (MisuseException e) {
            say(e.message, (Object[]) e.arguments);
            return MISUSED;
        }
        return mask();
    }

    private void read(List<String> arguments) throws MisuseException {
        boolean options = true;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!options || !argument.startsWith("-") || argument.equals("-")) {
                files.add(argument);
            } else if (argument.equals("--")) {
                options = false;
            } else if (argument.equals("--quiet")) {
                quiet = true;
            } else {
                int equals = argument.indexOf('=');
                String name = equals < 0 ? argument : argument.substring(0, equals);
                if (equals < 0 && ++i == arguments.size()) {
                    throw new MisuseException("novalue", name);
                }
                option(name, equals < 0 ? arguments.get(i) : argument.substring(equals + 1));
            }
        }
    }

    private void option(String name, String value) throws MisuseException {
        switch (name) {
            case "--method" -> {
                try {
                    addresses = AddressMasking.parse(value);
                } catch (IllegalArgumentException e) {
                    throw new MisuseException(
                            e,
                            "value",
                            name,
                            value,
                            "truncate/24/48, zero, remove, pseudonym/prefix, pseudonym/deterministic, keep");
                }
            }
            case "--scope" -> {
                try {
                    scope = AddressScope.parse(value);
                } catch (IllegalArgumentException e) {
                    throw new MisuseException(e, "value", name, value, "line, client");
                }
            }
            case "--format" -> {
                format(value);
                format = () -> again(value);
                formatName = value;
            }
            case "--key" -> key = Optional.of(key(value));
            case "--threads" -> {
                if (!value.matches("[1-" + MOST_THREADS + "]")) {
                    throw new MisuseException("value", name, value, "1, 2, 3, … " + MOST_THREADS);
                }
                threads = Integer.parseInt(value);
            }
            case "--zone" -> {
                try {
                    zone = ZoneId.of(value);
                } catch (DateTimeException e) {
                    throw new MisuseException(e, "value", name, value, "Europe/Berlin, UTC, +01:00");
                }
            }
            default -> {
                PersonalField field = Arrays.stream(PersonalField.values())
                        .filter(known -> name.equals("--" + known))
                        .findFirst()
                        .orElseThrow(() -> new MisuseException("option", name));
                try {
                    handlings.put(field, field.parse(value));
                } catch (IllegalArgumentException e) {
                    String choices =
                            field.choices().stream().map(Handling::toString).collect(Collectors.joining(", "));
                    throw new MisuseException(e, "value", name, value, choices);
                }
            }
        }
    }

    private Optional<LogFormat> again(String value) {
        try {
            return format(value);
        } catch (MisuseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code auto}, the name of a format, or a format as Apache or nginx is configured with. */
    private Optional<LogFormat> format(String value) throws MisuseException {
        try {
            if (value.equals("auto")) {
                return Optional.empty();
            }
            if (LogFormats.names().contains(value)) {
                return Optional.of(LogFormats.named(value));
            }
            int hash = value.lastIndexOf('#');
            String file = value.substring(0, Math.max(0, hash));
            boolean written = value.indexOf('%') >= 0 || value.indexOf('$') >= 0;
            if (hash > 0 && (Files.isRegularFile(Path.of(file)) || (file.indexOf('/') >= 0 && !written))) {
                return Optional.of(configured(file, value.substring(hash + 1)));
            }
            if (value.indexOf('%') >= 0 && !value.startsWith("nginx:")) {
                String plain = value.startsWith("apache:") ? value.substring("apache:".length()) : value;
                return Optional.of(ServerFormats.of("apache", List.of(ServerFormats.apache(plain))));
            }
            if (value.indexOf('$') >= 0) {
                String plain = value.startsWith("nginx:") ? value.substring("nginx:".length()) : value;
                return Optional.of(ServerFormats.of("nginx", List.of(ServerFormats.nginx(plain))));
            }
        } catch (FormatException e) {
            throw new MisuseException(e, "format.wrong", e.in(locale));
        } catch (InvalidPathException e) {
            throw new MisuseException(e, "format", value, formats());
        }
        throw new MisuseException("format", value, formats());
    }

    /** The format of this name in a server's configuration. */
    private static LogFormat configured(String file, String name) throws MisuseException {
        try {
            Map<String, Template> formats = ServerConfiguration.formats(Path.of(file));
            Template format = formats.get(name);
            if (format == null) {
                throw formats.isEmpty()
                        ? new MisuseException("format.none", file)
                        : new MisuseException("format.name", file, name, String.join(", ", formats.keySet()));
            }
            return ServerFormats.of(name, List.of(format));
        } catch (IOException e) {
            throw new MisuseException(e, "format.unreadable", file);
        }
    }

    private static String formats() {
        return String.join(", ", LogFormats.names());
    }

    private static byte[] key(String file) throws MisuseException {
        try {
            byte[] read =
                    HexFormat.of().parseHex(Files.readString(Path.of(file)).strip());
            if (read.length != DayKeys.LENGTH) {
                throw new MisuseException("key", file);
            }
            return read;
        } catch (IOException e) {
            throw new MisuseException(e, "key.unreadable", file);
        } catch (IllegalArgumentException e) {
            throw new MisuseException(e, "key", file);
        }
    }

    private int mask() {
        byte[] secret = key.orElseGet(() -> {
            // Nobody ever sees it: when this run has ended, what it wrote can be turned back by nobody.
            byte[] bytes = new byte[DayKeys.LENGTH];
            random.nextBytes(bytes);
            return bytes;
        });
        Instant now = Instant.now();
        List<LineScanner> scanners = new ArrayList<>(List.of(scanner(secret, now)));
        int status = DONE;
        for (String file : files.isEmpty() ? List.of("-") : files) {
            long fitted = fitted(scanners);
            try {
                LogScan scan = file.equals("-")
                        ? mask(scanners.get(0), input, new Output(output))
                        : mask(Path.of(file), scanners, () -> scanner(secret, now));
                boolean fits = formatName.equals("auto") || fitted(scanners) > fitted;
                int ended = report(file, scan, fits);
                status = status == FAILED ? FAILED : ended == DONE ? status : ended;
            } catch (UnwritableException e) {
                // Whoever reads may have seen enough.
                if (!"Broken pipe".equals(e.reason.getMessage())) {
                    say("unwritable", Notes.of(e.reason).in(locale, zone));
                }
                return FAILED;
            } catch (IOException e) {
                say("unreadable", file, Notes.of(e).in(locale, zone));
                status = FAILED;
            } catch (InvalidPathException e) {
                say("unreadable", file, String.valueOf(e.getMessage()));
                status = FAILED;
            }
        }
        return status;
    }

    private static long fitted(List<LineScanner> scanners) {
        return scanners.stream().mapToLong(LineScanner::fitted).sum();
    }

    private LineScanner scanner(byte[] secret, Instant now) {
        Map<Long, DayKeys> days = new HashMap<>();
        return new LineScanner(new LineScanner.Context(
                new MaskingPolicy(addresses, scope, handlings),
                zone,
                now,
                day -> days.computeIfAbsent(day, any -> DayKeys.derived(secret, day)),
                format.get()));
    }

    /** A long file is masked by several threads, if so wanted. */
    private LogScan mask(Path file, List<LineScanner> scanners, Supplier<LineScanner> more) throws IOException {
        try (FileChannel log = FileChannel.open(file)) {
            byte[] head = head(log);
            if (threads == 1
                    || !SideBySide.isWorth(log.size())
                    || Compression.of(head).isPresent()
                    || WideText.begins(head, head.length)) {
                return mask(scanners.get(0), Channels.newInputStream(log), new Output(output));
            }
            return SideBySide.mask(log, new Output(output), scanners, threads, more);
        }
    }

    private static byte[] head(FileChannel log) throws IOException {
        byte[] head = new byte[Math.max(Compression.HEAD, WideText.HEAD)];
        int length = Math.max(0, log.read(ByteBuffer.wrap(head), 0));
        return Arrays.copyOf(head, length);
    }

    /** What comes in compressed goes out compressed in the same way. */
    private LogScan mask(LineScanner scanner, InputStream in, OutputStream out) throws IOException {
        byte[] first = new byte[1 << 16];
        int length = Math.max(0, in.read(first));
        // No more is waited for than is needed to tell: somebody may write line by line.
        while (length > 0 && length < Compression.HEAD && isCut(Arrays.copyOf(first, length))) {
            int more = in.read(first, length, first.length - length);
            if (more < 0) {
                break;
            }
            length += more;
        }
        InputStream all = new SequenceInputStream(new ByteArrayInputStream(first, 0, length), in);
        Optional<Compression> compression = Compression.of(Arrays.copyOf(first, Math.min(length, Compression.HEAD)));
        if (compression.isEmpty()) {
            return scanner.mask(new WideText(all), out);
        }
        try (Decompressor decompressor = compression.get().open(new BufferedInputStream(all, 1 << 16));
                Compressor compressor = decompressor.compressor(out)) {
            LogScan scan = scanner.mask(new WideText(decompressor), compressor);
            compressor.finish();
            return scan;
        } catch (DamagedException e) {
            return LogScan.damaged(e.damage());
        }
    }

    private static boolean isCut(byte[] head) {
        return Arrays.stream(Compression.values()).anyMatch(one -> one.cut(head));
    }

    private int report(String file, LogScan scan, boolean fits) {
        if (scan.unparsed() > 0 && !quiet) {
            say("unparsed", file, scan.unparsed(), scan.lines());
        }
        if (scan.damage().isPresent()) {
            say("damaged", file, scan.damage().get().in(locale, zone));
            return FAILED;
        }
        if (scan.lines() > 0 && !fits) {
            // Also where nothing is to be said of lines that are not understood: what was asked for has not been done.
            say("unfit", file, scan.lines(), formatName);
            return UNFIT;
        }
        return DONE;
    }

    private void say(String message, Object... arguments) {
        errors.println(Messages.of("command", locale, message, arguments));
    }

    /** Tells what could not be written from what could not be read. */
    static final class Output extends BlockOutput {
        /** Linux makes pages of the size of a write, and takes twice as long for those of larger ones. */
        private static final int MOST = 1 << 17;

        private final OutputStream out;

        Output(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            try {
                for (int at = off; at < off + len; at += MOST) {
                    out.write(b, at, Math.min(MOST, off + len - at));
                }
            } catch (IOException e) {
                throw new UnwritableException(e);
            }
        }
    }

    /** The output cannot be written. */
    private static final class UnwritableException extends IOException {
        private static final long serialVersionUID = 1;

        private final IOException reason;

        UnwritableException(IOException reason) {
            super(reason);
            this.reason = reason;
        }
    }

    /** The arguments are not understood. */
    private static final class MisuseException extends Exception {
        private static final long serialVersionUID = 1;

        private final String message;
        private final String[] arguments;

        MisuseException(String message, String... arguments) {
            super(message);
            this.message = message;
            this.arguments = arguments;
        }

        MisuseException(Exception cause, String message, String... arguments) {
            super(message, cause);
            this.message = message;
            this.arguments = arguments;
        }
    }
}
