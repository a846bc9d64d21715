package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The sixteen digits in the names of temporary files: six for what can see one another's processes (a kernel since its
 * start, within a container), six for the process, four that count. So whoever finds such a file after a crash may tell
 * that nobody is at work on it any more.
 */
final class TemporaryNames {
    private static final int MACHINE_DIGITS = 6;
    private static final int PROCESS_DIGITS = 6;

    private final String machine;
    private final long process;
    private final AtomicInteger count = new AtomicInteger();

    /** Names of this process. */
    TemporaryNames() {
        this(machine(Path.of("/proc")), ProcessHandle.current().pid());
    }

    TemporaryNames(String machine, long process) {
        this.machine = machine;
        this.process = process;
    }

    /** The next digits. */
    String next() {
        return machine
                + HexFormat.of().toHexDigits(process, PROCESS_DIGITS)
                + HexFormat.of().toHexDigits((short) count.getAndIncrement());
    }

    /** Whether the process that made these digits is known to have ended. */
    boolean isDead(String digits) {
        int end = MACHINE_DIGITS + PROCESS_DIGITS;
        return digits.startsWith(machine)
                && ProcessHandle.of(HexFormat.fromHexDigitsToLong(digits, MACHINE_DIGITS, end))
                        .isEmpty();
    }

    private static String machine(Path proc) {
        StringBuilder known = new StringBuilder();
        try {
            for (String file : List.of("sys/kernel/hostname", "sys/kernel/random/boot_id")) {
                known.append(Files.readString(proc.resolve(file)));
            }
            known.append(Files.readSymbolicLink(proc.resolve("self/ns/pid")));
        } catch (IOException e) {
            // Unlike any other then: nothing is said about the processes of others.
            known.append(UUID.randomUUID());
        }
        byte[] digest = LogInput.newSha256().digest(known.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, MACHINE_DIGITS);
    }
}
