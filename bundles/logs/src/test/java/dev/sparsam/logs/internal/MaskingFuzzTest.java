package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Keep;
import dev.sparsam.logs.AddressMasking.Remove;
import dev.sparsam.logs.AddressMasking.Truncate;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import dev.sparsam.logs.internal.LineScanner.Stages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Random lines under random policies. {@code -Dsparsam.fuzz.lines=N} says how many, {@code -Dsparsam.seed=N} which; the
 * profile {@code nightly} takes ten millions.
 */
class MaskingFuzzTest {
    private static final int ROUND = 250;
    /** Of as many lines it is told what is wrong, so that a long run tells more than one thing. */
    private static final int MOST_COMPLAINTS = 10;

    private static final byte[] KEY = new byte[DayKeys.LENGTH];
    private static final DayKeys KEYS = new DayKeys(KEY);

    /** What is longer than the scanner's buffer is masked through a window, and never as a whole. */
    private static final int WHOLE = 60_000;

    private static final Pattern ADDRESS = Pattern.compile(
            "(?<![0-9A-Za-z._%/@:-])(?<![?&;_-](?i:v|rev|ver|version)=)(?<!(?i:version):? )(?<!(?:(?i:agent)[^\"]{0,200}[ (;,:]|\")[A-Z][A-Za-z0-9._-]{0,40} )(?!2\\.5\\.(?:4|29)\\.)[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?![0-9A-Za-z._%@:+-])");

    private final long seed = Long.getLong("sparsam.seed", 20_261_122);
    private final long lines = Long.getLong("sparsam.fuzz.lines", 200_000);
    private LogScan scan = LogScan.NONE;

    /** What is wrong with how a line is masked; empty when nothing is. */
    private interface Check {
        Optional<String> complaint(String line);
    }

    @Test
    void masksLikeTheReferenceWhereNothingIsGlued() {
        run(
                lines / 4,
                (generator, policy) -> {
                    LineScanner engine = scanner(policy);
                    ReferenceMasker reference = new ReferenceMasker(policy, KEY);
                    return new Round(generator::separated, line -> {
                        String masked = mask(engine, line);
                        String expected = reference.text(line);
                        return masked.equals(expected)
                                ? Optional.empty()
                                : Optional.of("got " + masked + "\nnot " + expected);
                    });
                },
                MaskingFuzzTest::parameterPolicy);
    }

    @Test
    void leavesNothingThatTheReferenceFindsInOrdinaryLines() {
        run(
                lines / 4,
                (generator, policy) -> {
                    LineScanner engine = scanner(policy);
                    ReferenceMasker reference = new ReferenceMasker(policy, KEY);
                    return new Round(generator::ordinary, line -> {
                        String masked = mask(engine, line);
                        String expected = reference.text(masked);
                        return masked.equals(expected)
                                ? Optional.empty()
                                : Optional.of("left " + masked + "\nnot  " + expected);
                    });
                },
                MaskingFuzzTest::textPolicy);
    }

    @Test
    void aSecondPassFindsNothingWhateverTheLine() {
        run(
                lines / 2,
                (generator, policy) -> {
                    LineScanner first = scanner(policy);
                    LineScanner second = scanner(policy);
                    return new Round(generator::next, line -> {
                        String once = mask(first, line);
                        LogScan masking = scan;
                        LogScan looking = look(second, line);
                        if (!looking.equals(masking)) {
                            return Optional.of("masked " + masking + "\nlooked " + looking);
                        }
                        Set<String> left = addresses(once, policy);
                        left.retainAll(addresses(line, policy));
                        if (!left.isEmpty()) {
                            return Optional.of("left " + left + " in " + once);
                        }
                        String twice = mask(second, once);
                        if (line.length() < WHOLE && !twice.equals(once)) {
                            return Optional.of("once  " + once + "\ntwice " + twice);
                        }
                        return line.length() < WHOLE && scan.addresses() > 0
                                ? Optional.of("counted again " + scan + " in " + once)
                                : Optional.empty();
                    });
                },
                MaskingFuzzTest::policy);
    }

    /** Whatever a line holds: while it is raw it stays as it is, and when its time is over nothing of it stays. */
    @Test
    void aLineThatIsRawStaysAndALineThatIsDueGoesWhateverItHolds() {
        run(
                lines / 10,
                (generator, policy) -> {
                    LineScanner scanner = scanner(policy);
                    return new Round(generator::next, line -> {
                        // A line that says no time, or none that is read, goes with the one before.
                        String log = "- - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 7\n" + line + "\n";
                        // Before every time that a line can say.
                        Instant earlier = Instant.parse("-0001-01-01T00:00:00Z");
                        String raw = staged(scanner, log, new Stages(earlier, earlier));
                        if (!raw.equals(log)) {
                            return Optional.of("raw has become " + raw);
                        }
                        // Behind every time that a line can say.
                        Instant later = Instant.parse("9999-12-31T00:00:00Z");
                        String gone = staged(scanner, log, new Stages(later, later));
                        return gone.isEmpty() ? Optional.empty() : Optional.of("left " + gone);
                    });
                },
                MaskingFuzzTest::policy);
    }

    private static String staged(LineScanner scanner, String log, Stages stages) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            scanner.mask(new ByteArrayInputStream(log.getBytes(StandardCharsets.ISO_8859_1)), out, stages);
            return out.toString(StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theSameComesOutHoweverTheLogIsPortioned() {
        Random random = new Random(seed);
        LogLines generator = new LogLines(random);
        for (long round = 0; round < lines / 1000; round++) {
            MaskingPolicy policy = policy(random);
            StringBuilder log = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                log.append(generator.next())
                        .append(List.of("\n", "\r\n", "\0\0\n", "\n").get(random.nextInt(4)));
            }
            LineScanner engine = scanner(policy);
            String whole = mask(engine, log.toString());
            LogScan wholeScan = scan;
            String portioned = mask(engine, portions(log.toString(), random));
            assertThat(portioned).as("seed %d, round %d", seed, round).isEqualTo(whole);
            assertThat(scan).as("seed %d, round %d", seed, round).isEqualTo(wholeScan);
        }
    }

    // ---- running

    private interface Lines {
        String next();
    }

    private record Round(Lines generator, Check check) {}

    private interface Rounds {
        Round of(LogLines generator, MaskingPolicy policy);
    }

    private interface Policies {
        MaskingPolicy next(Random random);
    }

    private void run(long count, Rounds rounds, Policies policies) {
        Random random = new Random(seed);
        LogLines generator = new LogLines(random);
        List<String> complaints = new ArrayList<>();
        for (long at = 0; at < count && complaints.size() < MOST_COMPLAINTS; at += ROUND) {
            MaskingPolicy policy = policies.next(random);
            Round round = rounds.of(generator, policy);
            for (int i = 0; i < ROUND; i++) {
                String line = round.generator.next();
                if (round.check.complaint(line).isPresent()) {
                    String smallest = line.length() < 5000 ? smallest(line, round.check) : line;
                    complaints.add(String.format(
                            "line %d, %s:%n%s%nfrom %s%n%s",
                            at + i,
                            policy,
                            smallest,
                            line,
                            round.check.complaint(smallest).orElse("?")));
                }
            }
        }
        assertThat(complaints).as("seed %d", seed).isEmpty();
    }

    /** The line without all that can be left out of it with the complaint staying. */
    private static String smallest(String line, Check check) {
        String smallest = line;
        for (int size = Math.max(1, line.length() / 2); size > 0; size /= 2) {
            for (int at = 0; at + size <= smallest.length(); ) {
                String without = smallest.substring(0, at) + smallest.substring(at + size);
                if (check.complaint(without).isPresent()) {
                    smallest = without;
                } else {
                    at++;
                }
            }
        }
        return smallest;
    }

    private static Set<String> addresses(String line, MaskingPolicy policy) {
        Set<String> found = new HashSet<>();
        if (policy.scope() == AddressScope.LINE && policy.addresses() instanceof Truncate truncate) {
            AddressOracle oracle = new AddressOracle(truncate.ipv4Bits(), truncate.ipv6Bits());
            Matcher matcher = ADDRESS.matcher(line);
            while (matcher.find()) {
                if (oracle.mask(matcher.group())
                        .filter(masked -> !masked.equals(matcher.group()))
                        .isPresent()) {
                    found.add(matcher.group());
                }
            }
        }
        return found;
    }

    // ---- policies

    private static AddressMasking masking(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> new Truncate(0, 0);
            case 1 -> new Remove();
            case 2 -> new Truncate(random.nextInt(25), random.nextInt(65));
            default -> AddressMasking.DEFAULT;
        };
    }

    /** One that masks what is found anywhere, and nothing by its place. */
    private static MaskingPolicy textPolicy(Random random) {
        MaskingPolicy policy = MaskingPolicy.ofAddresses(masking(random));
        return policy.with(PersonalField.EMAIL, one(random, PersonalField.EMAIL))
                .with(PersonalField.TOKEN, one(random, PersonalField.TOKEN));
    }

    /** The same for lines of no format, in which nothing has a place: login names are parameters. */
    private static MaskingPolicy parameterPolicy(Random random) {
        MaskingPolicy policy = textPolicy(random);
        return switch (policy.of(PersonalField.EMAIL)) {
            case KEEP -> policy;
            case DROP -> policy.with(PersonalField.USER, Handling.DROP);
            default -> policy.with(PersonalField.USER, Handling.HASH);
        };
    }

    private static MaskingPolicy policy(Random random) {
        Map<PersonalField, Handling> fields = new EnumMap<>(PersonalField.class);
        for (PersonalField field : PersonalField.values()) {
            fields.put(field, random.nextBoolean() ? Handling.KEEP : one(random, field));
        }
        return switch (random.nextInt(4)) {
            case 0 -> MaskingPolicy.ofAddresses(masking(random));
            case 1 -> MaskingPolicy.DEFAULT;
            default ->
                new MaskingPolicy(
                        random.nextInt(8) == 0 ? new Keep() : masking(random),
                        random.nextInt(3) == 0 ? AddressScope.CLIENT : AddressScope.LINE,
                        fields);
        };
    }

    private static Handling one(Random random, PersonalField field) {
        List<Handling> choices = new ArrayList<>(field.choices());
        return choices.get(random.nextInt(choices.size()));
    }

    // ---- the engine

    private static LineScanner scanner(MaskingPolicy policy) {
        return new LineScanner(new LineScanner.Context(
                policy, ZoneOffset.UTC, Instant.parse("2026-11-23T00:00:00Z"), day -> KEYS, Optional.empty()));
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static InputStream portions(String text, Random random) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
                return super.read(b, off, Math.min(len, 1 + random.nextInt(random.nextInt(20) == 0 ? 5 : 3000)));
            }

            @Override
            public synchronized int available() {
                return random.nextInt(3) == 0 ? 0 : super.available();
            }
        };
    }

    private String mask(LineScanner engine, String line) {
        return mask(engine, bytes(line));
    }

    private String mask(LineScanner engine, InputStream log) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            scan = engine.mask(log, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static LogScan look(LineScanner engine, String line) {
        try {
            return engine.scan(bytes(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
