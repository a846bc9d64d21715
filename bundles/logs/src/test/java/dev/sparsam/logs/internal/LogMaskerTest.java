package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.Handling;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.PersonalField;
import dev.sparsam.logs.internal.LineScanner.Stages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogMaskerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final MaskingPolicy PREFIX = policy("address=pseudonym/prefix user=keep");
    private static final Map<Long, DayKeys> DAYS = new HashMap<>();

    /** What is known after each masking. */
    private final List<Pseudonymised> known = new ArrayList<>();

    private static MaskingPolicy policy(String text) {
        return MaskingPolicy.parse(text);
    }

    private static String line(String client, Duration age) {
        return client + " - - [" + LOG_TIME.format(NOW.minus(age)) + "] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n";
    }

    private static LineScanner.Context context(MaskingPolicy policy) {
        return new LineScanner.Context(
                policy,
                ZoneOffset.UTC,
                NOW,
                day -> DAYS.computeIfAbsent(day, any -> DayKeys.derived(new byte[DayKeys.LENGTH], day)),
                Optional.empty());
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Stages masked(Duration from) {
        return new Stages(Stages.MASKED.keptFrom(), NOW.minus(from));
    }

    /** What lines become when nobody has masked any of them before. */
    private static String once(MaskingPolicy policy, String log, Stages stages) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LineScanner(context(policy)).mask(bytes(log), out, stages);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    /** Masks a log by what is known, and does what a look at it said before. */
    private String mask(MaskingPolicy policy, String log, Stages stages) throws IOException {
        LogScan planned = scan(policy, log, stages);
        LogMasker masker = LogMasker.of(context(policy), () -> new PseudonymisedLogs(known), known::add);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(masker.mask(bytes(log), out, stages, masker.beginning(bytes(log))))
                .isEqualTo(planned);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private LogScan scan(MaskingPolicy policy, String log, Stages stages) throws IOException {
        LogMasker masker = LogMasker.looking(context(policy), () -> new PseudonymisedLogs(known));
        return masker.scan(bytes(log), stages, masker.beginning(bytes(log)));
    }

    @Test
    void aLogThatIsKnownKeepsItsPseudonyms() throws IOException {
        String log = line("203.0.113.9", Duration.ofDays(2)) + line("2001:db8::9", Duration.ofDays(1));
        String masked = mask(PREFIX, log, Stages.MASKED);

        assertThat(masked).isEqualTo(once(PREFIX, log, Stages.MASKED)).doesNotContain("203.0.113.9", "2001:db8::9");
        assertThat(mask(PREFIX, masked, Stages.MASKED)).isEqualTo(masked);
        assertThat(scan(PREFIX, masked, Stages.MASKED).unmasked()).isZero();
    }

    @Test
    void aLogThatIsNotKnownIsMaskedAgain() throws IOException {
        String masked = mask(PREFIX, line("203.0.113.9", Duration.ofDays(2)), Stages.MASKED);
        known.clear();
        assertThat(mask(PREFIX, masked, Stages.MASKED)).isNotEqualTo(masked);
    }

    @Test
    void whatWasTooYoungIsMaskedOnceWhenItsTimeHasCome() throws IOException {
        String log = line("203.0.113.9", Duration.ofDays(3))
                + "203.0.113.7 says so, and nobody knows when\n"
                + line("203.0.113.9", Duration.ofDays(1))
                + "203.0.113.8 says so, and nobody knows when\n";
        String first = mask(PREFIX, log, masked(Duration.ofDays(2)));
        assertThat(first)
                .isEqualTo(once(PREFIX, log, masked(Duration.ofDays(2))))
                .contains("203.0.113.8", "203.0.113.9")
                .doesNotContain("203.0.113.7");
        assertThat(scan(PREFIX, first, Stages.MASKED).unmasked()).isEqualTo(2);

        assertThat(mask(PREFIX, first, masked(Duration.ZERO))).isEqualTo(once(PREFIX, log, Stages.MASKED));
    }

    @Test
    void whatHasBeenAddedIsMaskedOnce() throws IOException {
        String log = line("203.0.113.9", Duration.ofDays(3));
        // The last line had no end yet.
        String begun = mask(PREFIX, log + "203.0.113.4 - - ", Stages.MASKED);
        String added = begun + "203.0.113.5\n" + line("203.0.113.9", Duration.ofDays(1));
        String masked = mask(PREFIX, added, Stages.MASKED);
        assertThat(masked)
                .startsWith(begun)
                .endsWith(once(PREFIX, line("203.0.113.9", Duration.ofDays(1)), Stages.MASKED))
                .doesNotContain("203.0.113.5");
        assertThat(mask(PREFIX, masked, Stages.MASKED)).isEqualTo(masked);
    }

    @Test
    void anEarlierStateOfALogIsKnownToo() throws IOException {
        String log = line("203.0.113.9", Duration.ofDays(3)) + line("203.0.113.9", Duration.ofDays(1));
        String earlier = mask(PREFIX, log, masked(Duration.ofDays(2)));
        String later = mask(PREFIX, earlier, Stages.MASKED);
        assertThat(later).isNotEqualTo(earlier);
        assertThat(mask(PREFIX, earlier, Stages.MASKED)).isEqualTo(later);
        assertThat(mask(PREFIX, later, Stages.MASKED)).isEqualTo(later);
    }

    @Test
    void aLongerRawPeriodMakesNoLineRawAgain() throws IOException {
        String log = line("203.0.113.9", Duration.ofDays(3)) + line("203.0.113.9", Duration.ofDays(1));
        String masked = mask(PREFIX, log, Stages.MASKED);
        String grown = masked + line("203.0.113.7", Duration.ofDays(4)) + line("203.0.113.8", Duration.ofHours(1));
        String second = mask(PREFIX, grown, masked(Duration.ofDays(2)));
        assertThat(second).startsWith(masked).contains("203.0.113.8").doesNotContain("203.0.113.7");
        assertThat(mask(PREFIX, second, Stages.MASKED))
                .isEqualTo(masked
                        + once(
                                PREFIX,
                                line("203.0.113.7", Duration.ofDays(4)) + line("203.0.113.8", Duration.ofHours(1)),
                                Stages.MASKED));
    }

    @Test
    void aLogThatIsCutIsKnown() throws IOException {
        Stages cut = new Stages(NOW.minus(Duration.ofDays(7)), NOW.minus(Duration.ofDays(2)));
        String log = line("203.0.113.1", Duration.ofDays(9))
                + line("203.0.113.9", Duration.ofDays(3))
                + line("203.0.113.9", Duration.ofDays(1));
        String masked = mask(PREFIX, log, cut);
        assertThat(mask(PREFIX, masked, cut)).isEqualTo(masked);
        assertThat(mask(PREFIX, masked, Stages.MASKED))
                .isEqualTo(once(PREFIX, log, new Stages(cut.keptFrom(), Stages.MASKED.maskedBefore())));
    }

    @Test
    void aStricterPolicyMasksPseudonymsOver() throws IOException {
        String log = line("203.0.113.9", Duration.ofDays(3));
        MaskingPolicy client = policy("address=pseudonym/prefix scope=client user=keep");
        String referrer = log.replace("\"-\"", "\"http://198.51.100.77/\"");
        String masked = mask(client, referrer, Stages.MASKED);
        assertThat(masked).contains("198.51.100.77");
        assertThat(mask(PREFIX, masked, Stages.MASKED)).doesNotContain("198.51.100.77");

        String prefix = mask(PREFIX, log, Stages.MASKED);
        MaskingPolicy deterministic = policy("address=pseudonym/deterministic user=keep");
        String other = mask(deterministic, prefix, Stages.MASKED);
        assertThat(other).isNotEqualTo(prefix);
        assertThat(mask(PREFIX, other, Stages.MASKED)).as("the laxer one").isEqualTo(other);
        assertThat(mask(MaskingPolicy.DEFAULT, prefix, Stages.MASKED)).contains(".0 - - [");
    }

    @Test
    void otherThingsInAKnownLogAreMaskedWhenThatIsNewlySet() throws IOException {
        String log = line("203.0.113.9", Duration.ofDays(3)).replace("- - [", "- max [");
        String masked = mask(PREFIX, log, Stages.MASKED);
        MaskingPolicy users = PREFIX.with(PersonalField.USER, Handling.HASH);
        assertThat(scan(users, masked, Stages.MASKED).unmasked()).isOne();
        String hashed = mask(users, masked, Stages.MASKED);
        assertThat(hashed).isEqualTo(once(users, log, Stages.MASKED)).doesNotContain("max");
        assertThat(mask(users, hashed, Stages.MASKED)).isEqualTo(hashed);
    }

    @Test
    void whatAnOlderVersionHasMaskedIsMaskedAgain() throws IOException {
        String masked = mask(PREFIX, line("203.0.113.9", Duration.ofDays(2)), Stages.MASKED);
        Pseudonymised own = known.remove(0);
        known.add(new Pseudonymised(
                own.length(),
                own.sha256(),
                own.masking(),
                AddressScope.LINE,
                LineScanner.VERSION - 1,
                own.newest(),
                own.turns()));
        assertThat(mask(PREFIX, masked, Stages.MASKED)).isNotEqualTo(masked);
    }

    /** Of another format, more of a line may be a client. */
    @Test
    void whatWasMaskedUnderOtherFormatsIsMaskedAgain() throws IOException {
        String log = "dialup.isp.example;[" + LOG_TIME.format(NOW) + "] from 203.0.113.9\n";
        String masked = mask(PREFIX, log, Stages.MASKED);
        assertThat(masked).startsWith("dialup.isp.example;");
        LineScanner.Context usual = context(PREFIX);
        LogFormat own = ServerFormats.of("own", List.of(ServerFormats.apache("%h;%t %{x}n")));
        LogMasker masker = LogMasker.of(
                new LineScanner.Context(PREFIX, usual.zone(), usual.reference(), usual.keys(), Optional.of(own)),
                () -> new PseudonymisedLogs(known),
                known::add);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        masker.mask(bytes(masked), out, Stages.MASKED, masker.beginning(bytes(masked)));
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).startsWith("host.invalid;");
    }

    /** A name may stand for another file as soon as its first one is opened. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsKnownOfALogIsToldByTheFileThatIsOpen(boolean compressed, @TempDir Path directory) throws IOException {
        String masked = mask(PREFIX, line("203.0.113.9", Duration.ofDays(2)), Stages.MASKED);
        LogMasker masker = LogMasker.of(context(PREFIX), () -> new PseudonymisedLogs(known), known::add);
        byte[] content = compressed ? FileChangerTest.gzip(masked) : masked.getBytes(StandardCharsets.ISO_8859_1);
        Path log = Files.write(directory.resolve("access.log.1"), content);
        try (LogInput input = LogInput.open(log)) {
            Files.delete(log);
            Files.writeString(log, line("198.51.100.7", Duration.ofDays(2)));
            Pseudonymised beginning = masker.beginning(input);
            assertThat(beginning.length()).isEqualTo(masked.length());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            masker.mask(input.lines(), out, Stages.MASKED, beginning);
            assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(masked);
        }
    }

    @Test
    void aLogThatIsSwappedInBetweenIsNotTaken() throws IOException {
        String masked = mask(PREFIX, line("203.0.113.9", Duration.ofDays(2)), Stages.MASKED);
        LogMasker masker = LogMasker.of(context(PREFIX), () -> new PseudonymisedLogs(known), known::add);
        Pseudonymised beginning = masker.beginning(bytes(masked));
        String swapped = masked.replace("GET", "PUT");
        assertThatThrownBy(() -> masker.mask(bytes(swapped), new ByteArrayOutputStream(), Stages.MASKED, beginning))
                .isInstanceOfSatisfying(
                        NotedException.class,
                        e -> assertThat(e.note()).isEqualTo(FileNote.of(FileNote.Code.CHANGED_WHILE_READ)));
    }

    /** Nobody keeps where more lines are left raw among others: these are masked before their time, and once. */
    @Test
    void whereTooManyLinesAreOutOfOrderTheRestIsMaskedBeforeItsTime() throws IOException {
        int most = 1 << 18;
        String young = line("203.0.113.9", Duration.ofDays(1));
        String log = (young + line("203.0.113.8", Duration.ofDays(3))).repeat(most / 2 + 10);
        LogMasker masker = LogMasker.of(context(PREFIX), () -> new PseudonymisedLogs(known), known::add);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        masker.mask(bytes(log), out, masked(Duration.ofDays(2)), Pseudonymised.NOTHING);
        String first = out.toString(StandardCharsets.ISO_8859_1);
        assertThat(known)
                .singleElement()
                .satisfies(one -> assertThat(one.turns()).hasSize(most));
        assertThat(first.lines().filter(line -> line.startsWith("203.0.113.9 ")))
                .hasSize(most / 2);
        assertThat(first.lines().skip(most)).noneMatch(line -> line.startsWith("203.0.113.9 "));
        out.reset();
        LogMasker next = LogMasker.of(context(PREFIX), () -> new PseudonymisedLogs(List.copyOf(known)), known::add);
        next.mask(bytes(first), out, masked(Duration.ZERO), next.beginning(bytes(first)));
        boolean each = out.toString(StandardCharsets.ISO_8859_1).equals(once(PREFIX, log, Stages.MASKED));
        assertThat(each).as("each line is masked once").isTrue();
    }

    @Test
    void eachLineIsMaskedOnceHoweverOftenALogIsMasked() throws IOException {
        long seed = Long.getLong("sparsam.seed", 20_261_122);
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            MaskingPolicy policy = new MaskingPolicy(
                    AddressMasking.parse(random.nextBoolean() ? "pseudonym/prefix" : "pseudonym/deterministic"),
                    random.nextInt(4) == 0 ? AddressScope.CLIENT : AddressScope.LINE,
                    random.nextBoolean() ? MaskingPolicy.DEFAULT.fields() : Map.of(PersonalField.USER, Handling.KEEP));
            LogLines generator = new LogLines(random);
            StringBuilder all = new StringBuilder();
            String log = "";
            known.clear();
            int passes = 1 + random.nextInt(4);
            for (int pass = 0; pass < passes; pass++) {
                StringBuilder more = new StringBuilder();
                int lines = random.nextInt(12);
                for (int i = 0; i < lines; i++) {
                    // Mostly in order, with lines of other formats and without a time between them.
                    more.append(
                            random.nextInt(3) > 0
                                    ? line("203.0.113." + random.nextInt(256), age(random))
                                    : generator.next().replace("\n", "") + "\n");
                }
                all.append(more);
                Stages stages = random.nextInt(3) == 0 ? Stages.MASKED : masked(age(random));
                log = mask(policy, log + more, stages);
                assertThat(mask(policy, log, stages))
                        .as("seed %d, round %d: again", seed, round)
                        .isEqualTo(log);
            }
            assertThat(mask(policy, log, Stages.MASKED))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(once(policy, all.toString(), Stages.MASKED));
        }
    }

    private static Duration age(Random random) {
        return Duration.ofMinutes(random.nextInt(5 * 24 * 60));
    }
}
