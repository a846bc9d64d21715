package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fuzzers found, and what they begin with. The first digit says which parser. */
class ParserFuzzTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0{\"remote_addr\":\"203.0.113.7",
                "0unix:[203.0.113.7 [22/Nov/2026:03:03:22 +0100]",
                "0[Sun Nov 22 03:03:22 2026][client x 2001:db8::1:3]203.0.113.7",
                "0Nov 22 03:03:22 1 proftpd USER -:::2",
                "0g :: ` [17/Mar/2026:21:03:22 +0100]",
                "0max@[203.0.113.7]x@[2001:db8::7]",
                "0token=0?[",
                "1address=truncate/24/48 scope=line user=hash",
                "1address=truncate/99/48",
                "1=",
                "1user",
                "2{time:%b %e %T} {word} \nNov 22 03:03:22 mx",
                "2{client}{user}",
                "2{{}}",
                "2{",
                "3%h %l %u %t \"%r\" %>s %U%q\n203.0.113.7 - - [22/Nov/2026:03:03:22 +0100] \"G\" 200 /a?b",
                "3%{%Q}t",
                "4$remote_addr [$time_local]\n203.0.113.7 [22/Nov/2026:03:03:22 +0100]",
                "4${x",
                "5%Y-%m-%dT%H:%M:%S%f%z\n2026-11-22T03:03:22.1+01:00",
                "5%s%f\n1795312202.123",
                "5%z\n+",
                "5%",
                "6{\"remote_addr\":[\"203.0.113.7\",\"x\"],\"a\":{\"user\":\"\\\"\"}}",
                "6{\"user\":\"\\",
                "7[2001:db8::1%eth0]:443",
                "7::",
            })
    void aParserTakesAnyInput(String input) {
        byte[] bytes = input.getBytes(StandardCharsets.ISO_8859_1);
        assertThatCode(() -> ParserFuzz.fuzzerTestOneInput(bytes)).doesNotThrowAnyException();
    }
}
