package dev.sparsam.logs.internal;

import dev.sparsam.logs.MaskingPolicy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a coverage-guided fuzzer calls ({@code ./sparsam fuzz}), and {@link ParserFuzzTest} with what such fuzzers found. The
 * first byte says which parser.
 */
public final class ParserFuzz {
    private static final Instant REFERENCE = Instant.parse("2026-11-23T00:00:00Z");
    private static final DayKeys KEYS = new DayKeys(new byte[DayKeys.LENGTH]);
    private static final int PARSERS = 8;
    private static final LineScanner SCANNER = new LineScanner(
            new LineScanner.Context(MaskingPolicy.DEFAULT, ZoneOffset.UTC, REFERENCE, day -> KEYS, Optional.empty()));
    private static final LogFormat JSON = LogFormats.named("json");

    private ParserFuzz() {}

    /** The name and the signature are those that Jazzer looks for. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 1) {
            byte[] rest = Arrays.copyOfRange(input, 1, input.length);
            parse((input[0] & 0xff) % PARSERS, rest);
        }
    }

    private static void parse(int parser, byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        switch (parser) {
            case 0 -> log(input);
            case 1 -> policy(text);
            case 2 -> template(text, Template::of);
            case 3 -> template(text, ServerFormats::apache);
            case 4 -> template(text, ServerFormats::nginx);
            case 5 -> time(text);
            case 6 -> json(input);
            default -> token(input);
        }
    }

    private static void log(byte[] input) {
        byte[] once = mask(input);
        if (!Arrays.equals(once, mask(once))) {
            throw new IllegalStateException("a second pass changes it");
        }
    }

    private static byte[] mask(byte[] input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            SCANNER.mask(new ByteArrayInputStream(input), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void policy(String text) {
        try {
            MaskingPolicy policy = MaskingPolicy.parse(text);
            if (!MaskingPolicy.parse(policy.toString()).equals(policy)) {
                throw new IllegalStateException("not the same when it is read again: " + policy);
            }
        } catch (IllegalArgumentException e) {
            // What is not understood is said so.
            said(e);
        }
    }

    private interface Compiler {
        Template of(String text);
    }

    /** The format and the line are apart by a line end. */
    private static void template(String text, Compiler compiler) {
        int end = text.indexOf('\n');
        String format = end < 0 ? text : text.substring(0, end);
        byte[] line = text.substring(end + 1).getBytes(StandardCharsets.ISO_8859_1);
        Spans spans = new Spans();
        try {
            compiler.of(format).match(line, 0, line.length, spans, clients(), ZoneOffset.UTC, REFERENCE.toEpochMilli());
        } catch (IllegalArgumentException e) {
            said(e);
        }
        within(spans, line);
    }

    private static void time(String text) {
        int end = text.indexOf('\n');
        byte[] line = text.substring(end + 1).getBytes(StandardCharsets.ISO_8859_1);
        try {
            TimePattern pattern = TimePattern.of(end < 0 ? text : text.substring(0, end));
            long time = pattern.read(line, 0, line.length, ZoneOffset.UTC, REFERENCE.toEpochMilli());
            if (time != TimePattern.NONE && pattern.end() > line.length) {
                throw new IllegalStateException("read past the end");
            }
        } catch (IllegalArgumentException e) {
            said(e);
        }
    }

    private static void json(byte[] input) {
        Spans spans = new Spans();
        JsonFields.find(JSON.json(), input, 0, input.length, spans);
        within(spans, input);
    }

    private static void token(byte[] input) {
        AddressMasker masker = new AddressMasker(MaskingPolicy.DEFAULT.addresses(), () -> KEYS);
        String text = new String(input, StandardCharsets.ISO_8859_1);
        String expected = new AddressOracle(24, 48).mask(text).orElse(text);
        boolean changed = masker.mask(input, 0, input.length) == AddressMasker.Reading.UNMASKED;
        String masked = changed ? new String(masker.text(), 0, masker.length(), StandardCharsets.ISO_8859_1) : text;
        if (input.length <= 100 && !masked.equals(expected)) {
            throw new IllegalStateException(masked + " and not " + expected);
        }
    }

    private static Clients clients() {
        AddressMasker masker = new AddressMasker(MaskingPolicy.DEFAULT.addresses(), () -> KEYS);
        return new Clients(masker, false, (from, to, text, length) -> {});
    }

    private static void within(Spans spans, byte[] line) {
        int before = 0;
        for (int i = 0; i < spans.count(); i++) {
            if (spans.from(i) < before || spans.to(i) < spans.from(i) || spans.to(i) > line.length) {
                throw new IllegalStateException("parts overlap, or are not in the line");
            }
            before = spans.to(i);
        }
    }

    private static void said(IllegalArgumentException e) {
        if (e instanceof NumberFormatException
                || e.getMessage() == null
                || e.getMessage().length() < 10) {
            throw new IllegalStateException("this says nothing to a user", e);
        }
    }
}
