package dev.sparsam.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.sample.ServiceLines.Service;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServiceLinesTest {
    /** The fourth day of a month: some formats pad it with a blank. */
    private static final long AT = Instant.parse("2026-11-04T08:05:06.250Z").toEpochMilli();

    private static List<String> lines(Service service, long seed, int count) {
        ServiceLines source = new ServiceLines(service, "www.example", "web1", ZoneId.of("Europe/Berlin"), seed);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder line = new StringBuilder();
            source.line(AT, line);
            lines.add(line.toString());
        }
        return lines;
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void theSameSeedGivesTheSameLines(Service service) {
        assertThat(lines(service, 5, 500)).isEqualTo(lines(service, 5, 500)).isNotEqualTo(lines(service, 6, 500));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void everyLineHasItsFormat(Service service) {
        Pattern line = Pattern.compile(
                switch (service) {
                    case MAIL -> "2026-11-04T09:05:06\\.250417\\+01:00 web1 (postfix/[a-z/]+\\[\\d+]|dovecot): .+";
                    case PROFTPD -> "2026-11-04 09:05:06,250 web1 proftpd\\[\\d+] web1\\.example \\([^)]+\\): .+";
                    case VSFTPD ->
                        "Wed Nov  4 09:05:06 2026 \\[pid \\d+] (CONNECT|\\[\\S+] (OK|FAIL) [A-Z]+): Client \".+";
                    case XFERLOG -> "Wed Nov  4 09:05:06 2026 \\d \\S+ \\d+ /var/www/\\S+ b _ [io] r \\S+ ftp 0 \\* c";
                    case SSHD -> "Nov  4 09:05:06 web1 sshd\\[\\d+]: .+";
                    case PHP_FPM -> "\\[04-Nov-2026 09:05:06] WARNING: \\[pool www\\.example] .+";
                });
        assertThat(lines(service, 3, 3_000))
                .allMatch(text -> line.matcher(text).matches())
                .noneMatch(text -> text.contains("null"));
    }

    @Test
    void aMessageIsFollowedFromTheClientToTheMailbox() {
        assertThat(String.join("\n", lines(Service.MAIL, 9, 2_000)))
                .containsPattern("postfix/smtpd\\[\\d+]: connect from \\S+\\[[0-9A-Fa-f.:]+]\n")
                .containsPattern("from=<[a-z.]+@[a-z.]+>, size=\\d+")
                .containsPattern("to=<info@www.example>, relay=\\S+, delay=")
                .containsPattern("sasl_username=jl@www.example\n")
                .containsPattern("imap-login: Login: user=<\\S+@www.example>, method=PLAIN, rip=\\S+, ")
                .contains(": removed\n", "NOQUEUE: reject: RCPT from");
    }

    @Test
    void loginsSucceedAndFail() {
        assertThat(String.join("\n", lines(Service.SSHD, 9, 500)))
                .contains("Accepted publickey for aberg from ", "Failed password for invalid user root from ");
        assertThat(String.join("\n", lines(Service.PROFTPD, 9, 500)))
                .contains("USER redaktion: Login successful.", "USER admin: no such user found from ");
        assertThat(String.join("\n", lines(Service.VSFTPD, 9, 500)))
                .contains("] OK UPLOAD: Client \"", "] FAIL LOGIN: Client \"");
    }
}
