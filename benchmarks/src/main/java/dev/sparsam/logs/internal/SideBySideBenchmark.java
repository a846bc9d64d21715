package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import java.io.BufferedWriter;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a second processor gives once everything is compiled: milliseconds for a log of 1 GiB, from one file to another.
 * {@link MaskBench} says the same of the whole command, of whose start nothing can be divided.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 3)
// As the command runs.
@Fork(
        value = 1,
        jvmArgs = {"-XX:+UseSerialGC", "-Xmx64m", "-XX:FreqInlineSize=100", "-XX:InlineSmallCode=1000"})
@State(Scope.Thread)
public class SideBySideBenchmark {
    private static final long LENGTH = 1L << 30;
    private static final DayKeys KEYS = new DayKeys(new byte[DayKeys.LENGTH]);

    /** The client only, or every address. */
    @Param({"CLIENT", "LINE"})
    public AddressScope scope = AddressScope.LINE;

    /** How many mask. */
    @Param({"1", "2"})
    public int threads;

    private Path folder = Path.of("");

    /** Writes the log. */
    @Setup(Level.Trial)
    public void write() throws IOException {
        // In memory where that can be: a disk that writes meanwhile has but one queue for both.
        Path memory = Path.of("/dev/shm");
        folder = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "side-by-side")
                : Files.createTempDirectory("side-by-side");
        LogSample lines = new LogSample(new Random(20_261_122));
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("log"), StandardCharsets.ISO_8859_1)) {
            long written = 0;
            for (long second = 0; written < LENGTH; second++) {
                String line = lines.line("22/Nov/2026", second / 50);
                out.write(line);
                written += line.length();
            }
        }
    }

    /** Removes what has been masked: giving back the memory of a file costs half of writing it, and is not measured. */
    @Setup(Level.Invocation)
    public void empty() throws IOException {
        Files.deleteIfExists(folder.resolve("masked"));
    }

    /** Removes it. */
    @TearDown(Level.Trial)
    public void remove() throws IOException {
        Files.deleteIfExists(folder.resolve("log"));
        Files.deleteIfExists(folder.resolve("masked"));
        Files.delete(folder);
    }

    /** Masks it. */
    @Benchmark
    public LogScan mask() throws IOException {
        Map<PersonalField, Handling> fields = new EnumMap<>(PersonalField.class);
        for (PersonalField field : PersonalField.values()) {
            fields.put(field, Handling.KEEP);
        }
        LineScanner.Context context = new LineScanner.Context(
                new MaskingPolicy(AddressMasking.DEFAULT, scope, fields),
                ZoneOffset.UTC,
                Instant.parse("2026-11-23T00:00:00Z"),
                day -> KEYS,
                Optional.empty());
        List<LineScanner> scanners = new ArrayList<>(List.of(new LineScanner(context)));
        try (FileChannel log = FileChannel.open(folder.resolve("log"));
                FileOutputStream masked =
                        new FileOutputStream(folder.resolve("masked").toFile())) {
            return SideBySide.mask(
                    log, new LogsCommand.Output(masked), scanners, threads, () -> new LineScanner(context));
        }
    }
}
