package dev.sparsam.logs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.logs.MaskingPolicy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the built-in settings make of names and secrets: no more of them than all, and nothing else. */
class FieldMaskingTest {
    private static final DayKeys KEYS = new DayKeys(new byte[DayKeys.LENGTH]);
    private static final Pattern HASHED = Pattern.compile("\\{([^}]*)}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "GET /x;jsessionid=ABC123?page=5&order=7 ^ GET /x;jsessionid=-?page=5&order=7",
                "GET /x;PHPSESSID=ABC123?page=5&order=7 ^ GET /x;PHPSESSID=-?page=5&order=7",
                "GET /a;jsessionid=abc/b/c?x=1 ^ GET /a;jsessionid=-/b/c?x=1",
                "GET /a;jsessionid=/b/c?x=1 ^ GET /a;jsessionid=/b/c?x=1",
                "GET /a;v=1;jsessionid=abc;w=2/b ^ GET /a;v=1;jsessionid=-;w=2/b",
                "https://www.example.org/a;jsessionid=abc?x=1 ^ https://www.example.org/a;jsessionid=-?x=1",
                // In a query and in a list of cookies a value may hold both.
                "GET /a?x=1;token=ab/cd?e ^ GET /a?x=1;token=-",
                "GET /a?x=/b;token=ab/cd?e ^ GET /a?x=/b;token=-",
                "sent a=b;session=ab/cd?e ^ sent a=b;session=-",
            })
    void masksASessionInAPathWithoutWhatFollowsIt(String line, String expected) throws IOException {
        holds(line, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "203.0.113.77 - Erika Muster ^ 203.0.113.0 - {Erika Muster}",
                "203.0.113.77 - Erika Maria Muster ^ 203.0.113.0 - {Erika Maria Muster}",
                "203.0.113.77, 198.51.100.9 - Erika Muster ^ 203.0.113.0, 198.51.100.0 - {Erika Muster}",
                "\"203.0.113.77\" - Erika Muster ^ \"203.0.113.0\" - {Erika Muster}",
                "\"203.0.113.77\" - - ^ \"203.0.113.0\" - -",
                "www.example.org 203.0.113.77 - Erika Muster ^ www.example.org 203.0.113.0 - {Erika Muster}",
                "www.example.org:443 203.0.113.77 - Erika Muster ^ www.example.org:443 203.0.113.0 - {Erika Muster}",
                "host.invalid - Erika Muster ^ host.invalid - {Erika Muster}",
                "203.0.113.77 ident Erika Muster ^ 203.0.113.0 ident {Erika Muster}",
                "fe80::1%eth0 203.0.113.77x frank ^ fe80:: 203.0.113.0x {frank}",
                "2001:db8::7 198.51.100.9, 203.0.113.77x.example frank ^ 2001:db8:: 198.51.100.0, 203.0.113.0x.example {frank}",
                "203.0.113.77 - - ^ 203.0.113.0 - -",
                "203.0.113.77 - erika ^ 203.0.113.0 - {erika}",
                "192.0.2.1 203.0.113.77 - erika ^ 192.0.2.0 203.0.113.0 - {erika}",
                "- - - - ^ - - - -",
            })
    void masksANameWithBlanksAsAWhole(String fields, String expected) throws IOException {
        String rest = " [23/Nov/2026:03:03:22 +0100] \"GET /webdav/ HTTP/1.1\" 200 5";
        holds(fields + rest, expected + rest);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "Invalid user erika muster from 203.0.113.7 port 5 ^ Invalid user {erika muster} from 203.0.113.0 port 5",
                "Invalid user erika from 203.0.113.7 ^ Invalid user {erika} from 203.0.113.0",
                "Invalid user erika from hamburg from 203.0.113.7 port 5"
                        + " ^ Invalid user {erika from hamburg} from 203.0.113.0 port 5",
                "Failed password for invalid user erika muster from 203.0.113.7 port 5 ssh2"
                        + " ^ Failed password for invalid user {erika muster} from 203.0.113.0 port 5 ssh2",
                "Disconnected from authenticating user erika muster 203.0.113.7 port 5 [preauth]"
                        + " ^ Disconnected from authenticating user {erika muster} 203.0.113.0 port 5 [preauth]",
                "Connection closed by invalid user erika muster 203.0.113.7 port 5 [preauth]"
                        + " ^ Connection closed by invalid user {erika muster} 203.0.113.0 port 5 [preauth]",
                "maximum authentication attempts exceeded for erika from 203.0.113.7 port 5 ssh2 [preauth]"
                        + " ^ maximum authentication attempts exceeded for {erika} from 203.0.113.0 port 5 ssh2 [preauth]",
                "maximum authentication attempts exceeded for invalid user erika from 203.0.113.7 port 5 ssh2"
                        + " ^ maximum authentication attempts exceeded for invalid user {erika} from 203.0.113.0 port 5"
                        + " ssh2",
                "User erika from 203.0.113.7 not allowed because not listed in AllowUsers"
                        + " ^ User {erika} from 203.0.113.0 not allowed because not listed in AllowUsers",
                "Starting session: shell on pts/0 for erika from 203.0.113.7 port 5 id 0"
                        + " ^ Starting session: shell on pts/0 for {erika} from 203.0.113.0 port 5 id 0",
                "Close session: user erika from 203.0.113.7 port 5 id 0"
                        + " ^ Close session: user {erika} from 203.0.113.0 port 5 id 0",
                "Disconnected from user erika 203.0.113.7 port 5 ^ Disconnected from user {erika} 203.0.113.0 port 5",
                "pam_unix(sshd:session): session opened for user erika(uid=1000) by (uid=0)"
                        + " ^ pam_unix(sshd:session): session opened for user {erika}(uid=1000) by (uid=0)",
                "Could not open authorized keys '/home/erika/.ssh/authorized_keys'"
                        + " ^ Could not open authorized keys '/home/{erika}/.ssh/authorized_keys'",
                "User erika not allowed because account is locked ^ User {erika} not allowed because account is locked",
            })
    void masksNamesThatSshdWrites(String message, String expected) throws IOException {
        String head = "Nov 22 03:03:22 mx1 sshd[7]: ";
        holds(head + message, head + expected);
    }

    /** However a name is written into a column: its hash is that of the name. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "sudo:    erika : TTY=pts/0 ; PWD=/home/erika ; USER=root ; COMMAND=/bin/ls /home/max/x"
                        + " ^ sudo:    {erika} : TTY=pts/0 ; PWD=/home/{erika} ; USER={root} ; COMMAND=/bin/ls /home/{max}/x",
                "sudo[7]: erika : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls"
                        + " ^ sudo[7]: {erika} : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER={root} ; COMMAND=/bin/ls",
                "sudo: pam_unix(sudo:session): session opened for user root(uid=0) by erika(uid=1000)"
                        + " ^ sudo: pam_unix(sudo:session): session opened for user {root}(uid=0) by {erika}(uid=1000)",
                "su[7]: (to root) erika on pts/0 ^ su[7]: (to {root}) {erika} on pts/0",
                "systemd-logind[7]: New session 5 of user erika. ^ systemd-logind[7]: New session 5 of user {erika}.",
                "systemd[1]: Started Session 5 of user erika. ^ systemd[1]: Started Session 5 of user {erika}.",
                "CRON[7]: (erika) CMD (/home/erika/bin/x -y) ^ CRON[7]: ({erika}) CMD (/home/{erika}/bin/x -y)",
                "CRON[7]: pam_unix(cron:session): session closed for user erika"
                        + " ^ CRON[7]: pam_unix(cron:session): session closed for user {erika}",
                "cron[7]: (CRON) STARTUP (fork ok) ^ cron[7]: (CRON) STARTUP (fork ok)",
                "systemd[1]: Created slice User Slice of UID 1000. ^ systemd[1]: Created slice User Slice of UID 1000.",
            })
    void masksNamesInWhatIsSaidOfSessions(String message, String expected) throws IOException {
        String head = "Nov 22 03:03:22 mx1 ";
        holds(head + message, head + expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "2026/11/22 03:03:22 [error] 12#12: *1 user \"erika\": password mismatch, client: 203.0.113.7, server: x"
                        + " ^ 2026/11/22 03:03:22 [error] 12#12: *1 user \"{erika}\": password mismatch, client:"
                        + " 203.0.113.0, server: x",
                "2026/11/22 03:03:22 [error] 12#12: *1 user \"erika\" was not found in \"/etc/x\", client: 203.0.113.7"
                        + " ^ 2026/11/22 03:03:22 [error] 12#12: *1 user \"{erika}\" was not found in \"/etc/x\", client:"
                        + " 203.0.113.0",
                "[Sun Nov 22 03:03:22 2026] [auth_basic:error] [pid 7] [client 203.0.113.7:5] AH01618: user erika.muster"
                        + " not found: /x ^ [Sun Nov 22 03:03:22 2026] [auth_basic:error] [pid 7] [client 203.0.113.0:5]"
                        + " AH01618: user {erika.muster} not found: /x",
                "[Sun Nov 22 03:03:22 2026] [auth_basic:error] [pid 7] [client 203.0.113.7:5] AH01618: user erika not found"
                        + " ^ [Sun Nov 22 03:03:22 2026] [auth_basic:error] [pid 7] [client 203.0.113.0:5] AH01618: user"
                        + " {erika} not found",
                "[Sun Nov 22 03:03:22 2026] [auth_basic:error] [pid 7] [client 203.0.113.7:5] AH01617: user erika:"
                        + " authentication failure for \"/x\": Password Mismatch ^ [Sun Nov 22 03:03:22 2026]"
                        + " [auth_basic:error] [pid 7] [client 203.0.113.0:5] AH01617: user {erika}: authentication"
                        + " failure for \"/x\": Password Mismatch",
                "[Sun Nov 22 03:03:22 2026] [error] [client 203.0.113.7] user erika muster not found: /x ^ [Sun Nov 22"
                        + " 03:03:22 2026] [error] [client 203.0.113.0] user {erika muster} not found: /x",
                // Not every word behind "user" is one's name.
                "[Sun Nov 22 03:03:22 2026] [error] [client 203.0.113.7] Got error: user agent missing ^ [Sun Nov 22"
                        + " 03:03:22 2026] [error] [client 203.0.113.0] Got error: user agent missing",
                "Nov 22 03:03:22 mx1 pure-ftpd: (?@203.0.113.7) [INFO] erika is now logged in"
                        + " ^ Nov 22 03:03:22 mx1 pure-ftpd: (?@203.0.113.0) [INFO] {erika} is now logged in",
                "Nov 22 03:03:22 mx1 pure-ftpd: (?@203.0.113.7) [INFO] New connection from 203.0.113.7"
                        + " ^ Nov 22 03:03:22 mx1 pure-ftpd: (?@203.0.113.0) [INFO] New connection from 203.0.113.0",
            })
    void masksNamesInWhatServersSayOfLogins(String line, String expected) throws IOException {
        holds(line, expected);
    }

    /** The same lines of PAM, whichever program asks it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "vsftpd[7]",
                "proftpd[7]",
                "pure-ftpd",
                "dovecot",
                "auth",
                "saslauthd[7]",
                "sshd[7]",
                "sudo",
                "cron[7]",
                "smbd[7]"
            })
    void masksNamesThatPamWrites(String program) throws IOException {
        String head = "Nov 22 03:03:22 mx1 " + program + ": pam_unix(x:auth): ";
        String failure = "authentication failure; logname=$erika uid=0 euid=0 tty=ftp ruser=$hans rhost=203.0.113.7";
        String masked = failure.replace("113.7", "113.0");
        holds(
                head + failure.replace("$", "") + "  user=hans",
                head + masked.replace("$erika", "{erika}").replace("$hans", "{hans}") + "  user={hans}");
        holds(
                head + failure.replace("$erika", "").replace("$", "") + "  user=hans meier",
                head + masked.replace("$erika", "").replace("$hans", "{hans}") + "  user={hans meier}");
        holds(
                head + "session opened for user hans(uid=1000) by erika(uid=0)",
                head + "session opened for user {hans}(uid=1000) by {erika}(uid=0)");
        holds(head + "session closed for user hans", head + "session closed for user {hans}");
        holds(
                head
                        + "2 more authentication failures; logname= uid=0 euid=0 tty=ftp ruser= rhost=203.0.113.7  user=hans",
                head + "2 more authentication failures; logname= uid=0 euid=0 tty=ftp ruser= rhost=203.0.113.0"
                        + "  user={hans}");
        holds(
                head + "account hans has expired (account expired)",
                head + "account {hans} has expired (account expired)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "sshd[7]: Postponed publickey for hans from 203.0.113.0 port 22 ssh2 [preauth]"
                        + " ^ sshd[7]: Postponed publickey for {hans} from 203.0.113.0 port 22 ssh2 [preauth]",
                "sshd[7]: Authentication tried for hans with correct key but not from a permitted host"
                        + " ^ sshd[7]: Authentication tried for {hans} with correct key but not from a permitted host",
                "vsftpd[7]: [hans] OK LOGIN: Client \"203.0.113.0\" ^ vsftpd[7]: [{hans}] OK LOGIN: Client \"203.0.113.0\"",
                "vsftpd[7]: [pid 8] [hans] OK LOGIN: Client \"203.0.113.0\""
                        + " ^ vsftpd[7]: [pid 8] [{hans}] OK LOGIN: Client \"203.0.113.0\"",
                "vsftpd[7]: [pid 8] CONNECT: Client \"203.0.113.0\" ^ vsftpd[7]: [pid 8] CONNECT: Client \"203.0.113.0\"",
                "vsftpd: [hans] FTP command: Client \"203.0.113.0\", \"USER hans meier\""
                        + " ^ vsftpd: [{hans}] FTP command: Client \"203.0.113.0\", \"USER {hans meier}\"",
                "vsftpd[7]: [hans] OK UPLOAD: Client \"203.0.113.0\", \"/home/hans/a b.zip\", 12 bytes, 1.00Kbyte/sec"
                        + " ^ vsftpd[7]: [{hans}] OK UPLOAD: Client \"203.0.113.0\", \"/home/{hans}/a b.zip\", 12 bytes,"
                        + " 1.00Kbyte/sec",
                "proftpd[7]: ftp.example.org (203.0.113.0[203.0.113.0]) - ANON hans: Login successful."
                        + " ^ proftpd[7]: ftp.example.org (203.0.113.0[203.0.113.0]) - ANON {hans}: Login successful.",
                "proftpd[7]: ftp.example.org (203.0.113.0[203.0.113.0]) - USER hans meier: Login successful."
                        + " ^ proftpd[7]: ftp.example.org (203.0.113.0[203.0.113.0]) - USER {hans meier}: Login successful.",
                "proftpd[7]: ftp.example.org (203.0.113.0[203.0.113.0]) - USER hans (Login failed): Incorrect password"
                        + " ^ proftpd[7]: ftp.example.org (203.0.113.0[203.0.113.0]) - USER {hans} (Login failed): Incorrect"
                        + " password",
                "proftpd[7]: ftp.example.org (203.0.113.0[203.0.113.0]) - chroot to '/home/hans/x' failed"
                        + " ^ proftpd[7]: ftp.example.org (203.0.113.0[203.0.113.0]) - chroot to '/home/{hans}/x' failed",
                "pure-ftpd: (hans@203.0.113.0) [NOTICE] /home/hans/a.zip downloaded (12 bytes, 1.00KB/sec)"
                        + " ^ pure-ftpd: ({hans}@203.0.113.0) [NOTICE] /home/{hans}/a.zip downloaded (12 bytes, 1.00KB/sec)",
                "pure-ftpd: (hans@example.org@203.0.113.0) [NOTICE] x"
                        + " ^ pure-ftpd: ({hans@example.org}@203.0.113.0) [NOTICE] x",
                "postfix/smtpd[7]: 4X: client=x[203.0.113.0], sasl_method=LOGIN, sasl_username=hans meier"
                        + " ^ postfix/smtpd[7]: 4X: client=x[203.0.113.0], sasl_method=LOGIN, sasl_username={hans meier}",
                "postfix/smtpd[7]: 4X: client=x[203.0.113.0], sasl_method=LOGIN, sasl_username=hans, sasl_sender=-"
                        + " ^ postfix/smtpd[7]: 4X: client=x[203.0.113.0], sasl_method=LOGIN, sasl_username={hans},"
                        + " sasl_sender=-",
                "postfix/smtpd[7]: 4X: client=x[203.0.113.0], sasl_method=LOGIN, sasl_username=hans, orig_queue_id=4Y"
                        + " ^ postfix/smtpd[7]: 4X: client=x[203.0.113.0], sasl_method=LOGIN, sasl_username={hans},"
                        + " orig_queue_id=4Y",
                "postfix/smtpd[7]: warning: x[203.0.113.0]: SASL LOGIN authentication failed: authentication failure"
                        + " (user hans) ^ postfix/smtpd[7]: warning: x[203.0.113.0]: SASL LOGIN authentication failed:"
                        + " authentication failure (user {hans})",
                "postfix/local[7]: 4X: to=<-@example.org>, status=sent (delivered to maildir /home/hans/Maildir)"
                        + " ^ postfix/local[7]: 4X: to=<{-@example.org}>, status=sent (delivered to maildir"
                        + " /home/{hans}/Maildir)",
                "saslauthd[7]: do_auth : auth failure: [user=hans] [service=smtp] [realm=] [mech=pam]"
                        + " ^ saslauthd[7]: do_auth : auth failure: [user={hans}] [service=smtp] [realm=] [mech=pam]",
                "postfix/policyd-weight[7]: decided action=PREPEND x; <client=203.0.113.0> <from=anna@example.org>"
                        + " <to=hans@example.org>; delay: 1s ^ postfix/policyd-weight[7]: decided action=PREPEND x;"
                        + " <client=203.0.113.0> <from={anna@example.org}@hash.invalid>"
                        + " <to={hans@example.org}@hash.invalid>; delay: 1s",
                "dovecot: lda(hans)<7><->: Error: open(/home/hans/Maildir/x) failed"
                        + " ^ dovecot: lda({hans})<7><->: Error: open(/home/{hans}/Maildir/x) failed",
            })
    void masksNamesThatServersWriteToTheSystemLog(String message, String expected) throws IOException {
        String head = "Nov 22 03:03:22 mx1 ";
        holds(head + message, head + expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "2026-11-22 03:03:22 1tE-1-2X => anna <anna@example.org> R=local T=maildir"
                        + " ^ 2026-11-22 03:03:22 1tE-1-2X => {anna} <{anna@example.org}@hash.invalid> R=local T=maildir",
                "2026-11-22 03:03:22 1tE-1-2X ** anna.muster <anna@example.org> F=<-@hash.invalid> R=local T=maildir"
                        + " ^ 2026-11-22 03:03:22 1tE-1-2X ** {anna.muster} <{anna@example.org}@hash.invalid>"
                        + " F=<{-@hash.invalid}@hash.invalid> R=local T=maildir",
                "2026-11-22 03:03:22 1tE-1-2X == anna <anna@example.org>: retry timeout exceeded"
                        + " ^ 2026-11-22 03:03:22 1tE-1-2X == {anna} <{anna@example.org}@hash.invalid>: retry timeout"
                        + " exceeded",
                "2026-11-22 03:03:22 1tE-1-2X -> anna@example.org R=dnslookup T=remote_smtp C=\"250 OK id=<x> y\""
                        + " ^ 2026-11-22 03:03:22 1tE-1-2X -> {anna@example.org}@hash.invalid R=dnslookup T=remote_smtp"
                        + " C=\"250 OK id=<x> y\"",
                "2026-11-22 03:03:22 1tE-1-2X => /home/anna/Maildir R=local"
                        + " ^ 2026-11-22 03:03:22 1tE-1-2X => /home/{anna}/Maildir R=local",
                "203.0.113.0 - hans 22/Nov/2026:03:03:22 +0100 \"GET /index.php\" 200"
                        + " ^ 203.0.113.0 - {hans} 22/Nov/2026:03:03:22 +0100 \"GET /index.php\" 200",
                "203.0.113.0 - hans meier 22/Nov/2026:03:03:22 +0100 \"GET /index.php?token=a\" 200 /srv/x.php 1.2 3 4%"
                        + " ^ 203.0.113.0 - {hans meier} 22/Nov/2026:03:03:22 +0100 \"GET /index.php?token=-\" 200"
                        + " /srv/x.php 1.2 3 4%",
                "203.0.113.0 -  22/Nov/2026:03:03:22 +0100 \"GET /index.php\" 200"
                        + " ^ 203.0.113.0 -  22/Nov/2026:03:03:22 +0100 \"GET /index.php\" 200",
                "Sun Nov 22 03:03:22 2026 [pid 7] [hans] OK UPLOAD: Client \"203.0.113.0\", \"/home/hans/x\", 12 bytes"
                        + " ^ Sun Nov 22 03:03:22 2026 [pid 7] [{hans}] OK UPLOAD: Client \"203.0.113.0\","
                        + " \"/home/{hans}/x\", 12 bytes",
                "Sun Nov 22 03:03:22 2026 1 203.0.113.0 1234 /home/hans/a.zip b _ o r hans ftp 0 * c"
                        + " ^ Sun Nov 22 03:03:22 2026 1 203.0.113.0 1234 /home/{hans}/a.zip b _ o r {hans} ftp 0 * c",
            })
    void masksNamesThatServersWriteToTheirOwnLogs(String line, String expected) throws IOException {
        holds(line, expected);
    }

    /** Of a user name that is an e-mail address the stricter of both holds; cut leaves the domain. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "postfix/qmgr[7]: 4X: from=<max@example.org>, size=1 ^ email=cut ^ from=<-@example.org>",
                "postfix/qmgr[7]: 4X: from=<root>, size=1 ^ email=cut ^ from=<->",
                "postfix/qmgr[7]: 4X: from=<max@[203.0.113.7]>, size=1 ^ email=cut ^ from=<-@[203.0.113.0]>",
                "postfix/qmgr[7]: 4X: from=<max@example.org>, size=1 ^ email=drop ^ from=<->",
                "dovecot: imap-login: Login: user=<max@example.org>, x ^ user=hash email=cut ^ user=<-@example.org>",
                "dovecot: imap-login: Login: user=<max@example.org>, x ^ user=keep email=cut ^ user=<-@example.org>",
                "dovecot: imap-login: Login: user=<max@example.org>, x ^ user=drop email=cut ^ user=<->",
                "dovecot: imap-login: Login: user=<max@example.org>, x ^ user=drop email=keep ^ user=<->",
                "dovecot: imap-login: Login: user=<max@example.org>, x ^ user=hash email=drop ^ user=<->",
                "dovecot: imap-login: Login: user=<max@example.org>, x ^ user=keep email=keep ^ user=<max@example.org>",
                "dovecot: imap-login: Login: user=<max%40example.org>, x ^ user=hash email=cut ^ user=<-%40example.org>",
                "dovecot: imap-login: Login: user=<max>, x ^ user=keep email=drop ^ user=<max>",
                "foo: /?user=max%40example.org&x=1 ^ user=hash email=cut ^ user=-%40example.org&x",
                "foo: /?user=max%40example.org&x=1 ^ user=drop email=cut ^ user=-&x",
                "foo: /?user=max%40example.org&x=1 ^ user=hash email=drop ^ user=-&x",
            })
    void letsTheStricterHoldOfNamesThatAreAddresses(String message, String settings, String expected)
            throws IOException {
        String masked = mask(policy(settings), "Nov 22 03:03:22 mx1 " + message);
        assertThat(masked).contains(expected);
        assertThat(mask(policy(settings), masked)).isEqualTo(masked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[Sun Nov 22 03:03:22 2026] [security2:error] [pid 7] [client 203.0.113.0] ModSecurity: Warning. Pattern match"
                        + " \"x\" at ARGS:password. [data \"Matched Data: $ found within ARGS:passwort: $\"] [severity \"X\"]",
                "[Sun Nov 22 03:03:22 2026] [security2:error] [pid 7] [client 203.0.113.0] ModSecurity: Warning. [data"
                        + " \"ARGS:password: $\"] [uri \"/\"]",
                "2026/11/22 03:03:22 [error] 12#12: *1 ModSecurity: Warning. [data \"Matched Data: $ found within"
                        + " ARGS:kennwort: $\"], client: 203.0.113.0, server: x",
                "Message: Warning. Pattern match \"x\" at ARGS:pwd. [data \"ARGS:pwd: $\"]",
                "ARGS:pwd: $",
                "Nov 22 03:03:22 mx1 postfix/smtpd[7]: x: AUTH PLAIN $",
                "Nov 22 03:03:22 mx1 postfix/smtpd[7]: improper command pipelining after AUTH: $",
                "Nov 22 03:03:22 mx1 postfix/smtpd[7]: improper command pipelining after AUTH from x[203.0.113.0]: $",
                "2026-11-22 03:03:22 SMTP protocol synchronization error: H=[203.0.113.0] input=\"AUTH LOGIN $\"",
                "2026/11/22 03:03:22 [info] 12#12: *1 ModSecurity: Warning. Matched \"Operator `Rx' with parameter `x'"
                        + " against variable `ARGS:password' (Value: `$' ) [file \"/etc/a.conf\"] [data \"Matched Data: $"
                        + " found within ARGS:password: $\"], client: 203.0.113.0, server: x",
                "2026/11/22 03:03:22 [info] 12#12: *1 ModSecurity: Warning. Matched \"Operator `Rx' with parameter `x'"
                        + " against variable `REQUEST_COOKIES:any' (Value: `$' ) [file \"/etc/a.conf\"] [data \"\"]",
                "[Sun Nov 22 03:03:22 2026] [security2:error] [pid 7] [client 203.0.113.0] ModSecurity: Warning. [data"
                        + " \"Matched Data: $ found within REQUEST_COOKIES:any: $\"]",
                "[Sun Nov 22 03:03:22 2026] [security2:error] [pid 7] [client 203.0.113.0] ModSecurity: Warning. [data"
                        + " \"Matched Data: $ found within REQUEST_HEADERS:Authorization: $\"]",
            })
    void leavesNoPasswordThatWasTriedOut(String line) throws IOException {
        for (String secret : List.of("geheim123", "AG1tdXN0ZXIAZ2VoZWlt", "bW11c3Rlcg==")) {
            holds(line.replace("$", secret), line.replace("$", "-"));
        }
    }

    /** Wherever JSON stands, and however often it has been put into a text of JSON. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x body: {\"password\":\"$\",\"user\":\"#\"} y",
                "Nov 22 03:03:22 mx1 app[7]: login {\"a\":1,\"db_password\": \"$\", \"x\":\"y\"}",
                "{\"messages\":[{\"details\":{\"match\":\"Matched \\\"Operator `Rx' with parameter `x' against variable"
                        + " `ARGS:password' (Value: `$' )\",\"data\":\"Matched Data: $ found within ARGS:password:"
                        + " $\"}}],\"ip\":\"203.0.113.0\"}",
                "x {\"password\":\"$",
                "x {\"password\":\"$\",\"state\":\"Bayern\",\"key\":\"color\",\"count\":7,\"secret\":null}",
                "{\"a\":{\"b\":{\"my_token\":\"$\"}},\"ip\":\"203.0.113.0\"}",
                "{\"body\":\"{\\\"username\\\":\\\"#\\\",\\\"password\\\":\\\"$\\\"}\",\"ip\":\"203.0.113.0\"}",
                "{\"a\":\"{\\\"b\\\":\\\"{\\\\\\\"token\\\\\\\":\\\\\\\"$\\\\\\\",\\\\\\\"c\\\\\\\":1}\\\"}\",\"ip\":\"203.0.113.0\"}",
            })
    void leavesNoSecretOfAMember(String line) throws IOException {
        for (String secret : List.of("geheim123", "a,b}c: d'e&f")) {
            String masked = line.replace("$", "-").replace("#", hash("hans"));
            assertThat(mask(line.replace("$", secret).replace("#", "hans"))).isEqualTo(masked);
            assertThat(mask(masked)).isEqualTo(masked);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                // Escapes are a part of it; what it stands in ends it at the latest.
                "x {\"password\":\"a\\\"b\\\\\",\"c\":1} ^ x {\"password\":\"-\",\"c\":1}",
                "{\"x\":\"{\\\"password\\\":\\\"a\\\\\\\"b\\\",\",\"y\":1} ^ {\"x\":\"{\\\"password\\\":\\\"-\\\",\",\"y\":1}",
                "{\"x\":\"{\\\"password\\\":\\\"geheim\",\"y\":1} ^ {\"x\":\"{\\\"password\\\":\\\"-\",\"y\":1}",
                "{\"request\":{\"body\":\"pass=geheim&x=1\"},\"ip\":\"203.0.113.0\"}"
                        + " ^ {\"request\":{\"body\":\"pass=-&x=1\"},\"ip\":\"203.0.113.0\"}",
            })
    void knowsWhereASecretOfAMemberEnds(String line, String expected) throws IOException {
        assertThat(mask(line)).isEqualTo(expected);
        assertThat(mask(expected)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[info] Authorization: Bearer $",
                "> authorization: Basic $",
                "header Authorization: Basic $ from 203.0.113.0",
                "curl -H \"Authorization: Bearer $\" https://www.example.org/",
                "x \"Proxy-Authorization: Negotiate $\" y",
                "x wordpress_logged_in_0123456789abcdef0123456789abcdef=$; y",
                "x wordpress_sec_0123456789abcdef0123456789abcdef=$; y",
            })
    void leavesNoHeaderWithWhichSomebodyLogsIn(String line) throws IOException {
        for (String secret : List.of("bWF4OmdlaGVpbQ==", "a.b-c_d~e+f/g")) {
            holds(line.replace("$", secret), line.replace("$", "-"));
        }
    }

    @Test
    void knowsAuthorizationAsAWordToo() throws IOException {
        for (String line : List.of("no Authorization: failed for all", "no authorization: the door is closed")) {
            holds(line, line);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "ARGS:username: hans ^ ARGS:username: {hans}",
                "ARGS:q: geheim ^ ARGS:q: geheim",
                "Matched Data: a found within ARGS:q: a ^ Matched Data: a found within ARGS:q: a",
            })
    void leavesOtherParametersThatWereTriedOut(String line, String expected) throws IOException {
        holds(line, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "1tEabc-000001-2X <= <> H=x P=esmtpsa A=my_auth:hans S=1 ^ 1tEabc-000001-2X <= <> H=x P=esmtpsa"
                        + " A=my_auth:{hans} S=1",
                "1tEabc-000001-2X <= <> H=x A=tls S=1 T=a:b ^ 1tEabc-000001-2X <= <> H=x A=tls S=1 T=a:b",
                "1tEabc-000001-2X <= hans U=hans P=local S=1 ^ 1tEabc-000001-2X <= {hans} U={hans} P=local S=1",
                "1tEabc-000001-2X <= a@example.org U=hans P=local ^ 1tEabc-000001-2X <= {a@example.org}@hash.invalid"
                        + " U={hans} P=local",
                "1tEabc-000001-2X <= <> U=hans P=local ^ 1tEabc-000001-2X <= <> U={hans} P=local",
                "1tEabc-000001-2X Sender identification U=hans D=example.org ^ 1tEabc-000001-2X Sender identification"
                        + " U={hans} D=example.org",
                "cwd=/home/hans/public_html 3 args: x ^ cwd=/home/{hans}/public_html 3 args: x",
                "cwd=/var/vmail/example.org/hans/x 3 args: x ^ cwd=/var/vmail/example.org/{hans}/x 3 args: x",
                "cwd=/var/vmail/example.org 3 args: a/b ^ cwd=/var/vmail/example.org 3 args: a/b",
            })
    void masksNamesThatEximWrites(String message, String expected) throws IOException {
        for (String head : List.of("2026-11-22 03:03:22 ", "2026-11-22 03:03:22 +0100 [7] ")) {
            holds(head + message, head + expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/home/$/a", "/var/vmail/example.org/$/a", "/var/qmail/mailnames/example.org/$/a"})
    void masksTheFoldersOfUsers(String path) throws IOException {
        for (String line : List.of(
                "Nov 22 03:03:22 mx1 dovecot: lda: open(" + path + ") failed",
                "Sun Nov 22 03:03:22 2026 1 203.0.113.0 1234 " + path + " b _ o a - ftp 0 * c")) {
            holds(line.replace("$", "hans"), line.replace("$", "{hans}"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "/?db_user=hans&x=1 ^ /?db_user={hans}&x=1",
                "/?pma_username=hans&pma_password=geheim&x=1 ^ /?pma_username={hans}&pma_password=-&x=1",
                "/?mail_pass=geheim&my-token=geheim ^ /?mail_pass=-&my-token=-",
                "/?passwort=geheim&kennwort=geheim ^ /?passwort=-&kennwort=-",
                "/?license_key=tHqXwRbNkVzLmPcDfGjS&meta_key=color ^ /?license_key=-&meta_key=color",
                "/?rp_key=abc ^ /?rp_key=-",
                "/?api_key=abc ^ /?api_key=-",
                "log=hans&pwd=geheim&x=1 ^ log={hans}&pwd=-&x=1",
                "/?log=all&x=1 ^ /?log=all&x=1",
                "/?user[name]=hans&x=1 ^ /?user[name]={hans}&x=1",
                "/?user%5Bname%5D=hans&user%5Bpassword%5D=geheim ^ /?user%5Bname%5D={hans}&user%5Bpassword%5D=-",
                "/?file[name]=hans&superuser[name]=x ^ /?file[name]=hans&superuser[name]=x",
                "the db_user=hans ^ the db_user=hans",
                "/remote.php/dav/files/hans/Photos/a.jpg ^ /remote.php/dav/files/{hans}/Photos/a.jpg",
                "/cloud/remote.php/dav/calendars/hans?x=1 ^ /cloud/remote.php/dav/calendars/{hans}?x=1",
                "/remote.php/dav/principals/users/hans/ ^ /remote.php/dav/principals/users/{hans}/",
                "/remote.php/dav/principals/groups/hans/ ^ /remote.php/dav/principals/groups/hans/",
                "/remote.php/dav/uploads/hans%20a/1 ^ /remote.php/dav/uploads/{hans a}/1",
                "/remote.php/dav/ /x.php/dav/files/ /y.php/dav/files ^ /remote.php/dav/ /x.php/dav/files/ /y.php/dav/files",
                "/remote.php/dav/files/h%C3%A4ns@example.org/ ^ /remote.php/dav/files/{h\u00c3\u00a4ns@example.org}/",
            })
    void masksParametersWhoseNamesEndSo(String line, String expected) throws IOException {
        holds(line, expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sessionid", "jwt", "api_key", "passwort"})
    void masksSecretsInJson(String key) throws IOException {
        String line = "{'ip':'203.0.113.0','$':'x7'}".replace('\'', '"').replace("$", key);
        assertThat(mask(line)).isEqualTo(line.replace("x7", "-"));
        assertThat(mask("{'ip':'203.0.113.0','login':'hans'}".replace('\'', '"')))
                .endsWith("\"" + hash("hans") + "\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dovecot: managesieve($)<1><->: Disconnected",
                "dovecot: indexer-worker($)<1><->: Indexed 3 messages",
                "dovecot: doveadm($): Error: x",
                "dovecot: auth: policy($,203.0.113.0): x",
                "dovecot: auth: Debug: userdb out: USER 1 $ uid=5",
                "sshd[7]: Change of username or service not allowed: ($,ssh-connection) -> ($,ssh-connection) [preauth]",
                "pure-ftpd: (?@203.0.113.0) [DEBUG] Command [user] [$]",
                "spamd[7]: spamd: setuid to $ succeeded",
                "spamd[7]: spamd: result: . 0 - x scantime=1,size=5,user=$,uid=5,required_score=5",
                "postfix/local[7]: warning: unknown user: \"$\"",
                "roundcube: <abc> Successful login for $ (ID: 17) from 203.0.113.0 in session -",
                "roundcube: <abc> Failed login for $ from 203.0.113.0 in session -",
                "wordpress(www.example.org)[7]: Authentication failure for $ from 203.0.113.0",
                "wordpress(www.example.org)[7]: Accepted password for $ from 203.0.113.0",
            })
    void masksNamesInFurtherLinesOfLogins(String message) throws IOException {
        String line = "Nov 22 03:03:22 mx1 " + message;
        holds(line.replace("$", "hans"), line.replace("$", "{hans}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026/11/22 03:03:22 [info] 12#12: *1 client login failed: \"x\" while in http auth state, client:"
                        + " 203.0.113.0, server: 0.0.0.0:143, login: \"$\"",
                "Sun Nov 22 03:03:22 2026 1 203.0.113.0 12 /srv/a b _ o r $ ftp 1 $ c",
                "Sun Nov 22 03:03:22 2026 1 203.0.113.0 12 /srv/a b _ o r $ ftp 0 * c",
                "[22-Nov-2026 03:03:22 +0100]: <abc> Successful login for $ (ID: 17) from 203.0.113.0 in session -",
                "[22-Nov-2026 03:03:22 +0100]: <abc> Failed login for $ from 203.0.113.0 in session -",
            })
    void masksNamesInFurtherLogsOfLogins(String line) throws IOException {
        holds(line.replace("$", "hans"), line.replace("$", "{hans}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "203.0.113.0 - hans [11/22/2026:03:03:22 -0000] \"GET /a HTTP/1.1\" 200 0 \"-\" \"x\" \"s\" \"-\" 2083"
                        + " ^ 203.0.113.0 - {hans} [11/22/2026:03:03:22 -0000] \"GET /a HTTP/1.1\" 200 0 \"-\" \"x\" \"s\""
                        + " \"-\" 2083",
                "# User@Host: hans[max] @ localhost []  Id:    12 ^ # User@Host: {hans}[{max}] @ localhost []  Id:    12",
                "# User@Host: hans[hans] @ db.example.org [203.0.113.0]"
                        + " ^ # User@Host: {hans}[{hans}] @ db.example.org [203.0.113.0]",
                "2026-11-22T03:03:22.123456Z\t   12 Connect\thans@localhost on shop using Socket"
                        + " ^ 2026-11-22T03:03:22.123456Z\t   12 Connect\t{hans}@localhost on shop using Socket",
                "261122 03:03:22\t    12 Connect\thans@localhost on  using Socket"
                        + " ^ 261122 03:03:22\t    12 Connect\t{hans}@localhost on  using Socket",
                "261122 03:03:22\t    12 Query\tselect 'Connect x@y' ^ 261122 03:03:22\t    12 Query\tselect 'Connect x@y'",
                "{\"user\":\"--\",\"message\":\"Login failed: 'hans' (Remote IP: '203.0.113.0')\"}"
                        + " ^ {\"user\":\"--\",\"message\":\"Login failed: '<hans>' (Remote IP: '203.0.113.0')\"}",
                "{\"user\":\"--\",\"message\":\"Login failed: hans (Remote IP: 203.0.113.0)\",\"x\":1}"
                        + " ^ {\"user\":\"--\",\"message\":\"Login failed: <hans> (Remote IP: 203.0.113.0)\",\"x\":1}",
                "{\"user\":\"--\",\"message\":\"Login was fine\"} ^ {\"user\":\"--\",\"message\":\"Login was fine\"}",
                "type=USER_LOGIN msg=audit(1795316602.123:456): pid=7 msg='op=login acct=\"hans\" exe=\"/x\" res=failed'"
                        + " ^ type=USER_LOGIN msg=audit(1795316602.123:456): pid=7 msg='op=login acct=\"{hans}\" exe=\"/x\""
                        + " res=failed'",
                "type=USER_AUTH msg=audit(1795316602.123:456): pid=7 msg='op=login acct=hans exe=\"/x\"'"
                        + " ^ type=USER_AUTH msg=audit(1795316602.123:456): pid=7 msg='op=login acct={hans} exe=\"/x\"'",
                "type=USER_AUTH msg=audit(1795316602.123:456): pid=7 msg='op=login acct=\"(unknown)\" exe=\"/x\"'"
                        + " ^ type=USER_AUTH msg=audit(1795316602.123:456): pid=7 msg='op=login acct=\"(unknown)\" exe=\"/x\"'",
            })
    void masksNamesInTheLogsOfPanelsAndDatabases(String line, String expected) throws IOException {
        if (line.startsWith("{")) {
            assertThat(mask(line)).isEqualTo(expected.replace("<hans>", hash("hans")));
        } else {
            holds(line, expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dovecot: auth: static($,203.0.113.0): allow_nets check failed",
                "dovecot: auth-worker(7): conn unix:auth-worker (pid=1,uid=2): auth-worker<3>: sql($,203.0.113.0): x",
                "spamd[7]: spamd: processing message (unknown) for $:1001",
                "spamd[7]: spamd: clean message (0.1/5.0) for $:1001 in 0.2 seconds, 1234 bytes.",
                "spamd[7]: spamd: identified spam (9.1/5.0) for $:1001 in 0.2 seconds, 1234 bytes.",
                "sendmail[7]: AUTH=server, relay=host.example [203.0.113.0], authid=$, mech=PLAIN, bits=0",
                "sshd[7]: Accepted publickey for $ from 203.0.113.0 port 5 ssh2: RSA-CERT SHA256:x ID $ (serial 0) CA RSA y",
                "audit[7]: USER_AUTH pid=12 uid=0 msg='op=PAM:authentication acct=\"$\" exe=\"/x\" hostname=? res=failed'",
                "su[7]: + /dev/pts/0 $:max",
                "su[7]: - ??? $:max",
                "su[7]: + pts/0 $:max",
                "su: - tty1 $:max",
            })
    void masksANameAndNothingBesideIt(String message) throws IOException {
        String line = "Nov 22 03:03:22 mx1 " + message;
        for (String name : List.of("hans", "hans-meier", "4711")) {
            holds(line.replace("$", name), line.replace("$", "{" + name + "}").replace(":max", ":{max}"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "GET /~hans/ ^ GET /~{hans}/",
                "GET /~hans ^ GET /~{hans}",
                "GET /%7Ehans/a.html ^ GET /%7E{hans}/a.html",
                "GET /~hans.meier?a=b ^ GET /~{hans.meier}?a=b",
                "GET /a/~h%C3%A4nsel/b ^ GET /a/~{h\u00c3\u00a4nsel}/b",
                "see https://www.example.org/~hans. ^ see https://www.example.org/~{hans}.",
                "GET /?r=%2F%7Ehans%2Fa ^ GET /?r=%2F%7E{hans}%2Fa",
                "GET /~hans@example.org/ ^ GET /~{hans@example.org}@hash.invalid/",
                // Nobody is called so.
                "GET /~/ ^ GET /~/",
                "GET /a~hans/ ^ GET /a~hans/",
                "cd ~hans/a ^ cd ~hans/a",
                "foo 1.2~rc1 ^ foo 1.2~rc1",
            })
    void masksUsersInPaths(String text, String expected) throws IOException {
        holds(text, expected);
        String line = "203.0.113.0 - - [22/Nov/2026:03:03:22 +0100] \"%s HTTP/1.1\" 200 5 \"%s\" \"x\"";
        holds(String.format(line, text, "-"), String.format(line, expected, "-"));
        holds(String.format(line, "GET /", text), String.format(line, "GET /", expected));
        String json = "{\"remote_addr\":\"203.0.113.0\",\"request\":\"%s\"}";
        assertThat(mask(String.format(json, text))).isEqualTo(String.format(json, hashed(expected)));
    }

    /** A visitor must not be able to take the rest of a line away. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET /?sid=< HTTP/1.1 | GET /?sid=< HTTP/1.1",
                "GET /?sid=<ab c HTTP/1.1 | GET /?sid=<- c HTTP/1.1",
                "GET /?sid=<ab c>d HTTP/1.1 | GET /?sid=<->d HTTP/1.1",
                "GET /?sid='ab c HTTP/1.1 | GET /?sid='- c HTTP/1.1",
                "GET /?sid='ab c'd HTTP/1.1 | GET /?sid='-'d HTTP/1.1",
                "GET /?sid= | GET /?sid=",
            })
    void aValueEndsWithTheQuotesAroundIt(String request, String masked) throws IOException {
        String line = "203.0.113.0 - - [22/Nov/2026:03:03:22 +0100] \"%s\" 200 5 \"-\" \"it's 1 > 0\"";
        assertThat(mask(String.format(line, request))).isEqualTo(String.format(line, masked));
        String json = "{\"message\":\"%s\",\"other\":\"it's 1 > 0\"}";
        assertThat(mask(String.format(json, request))).isEqualTo(String.format(json, masked));
        String free = "Nov 22 03:03:22 web1 app[7]: said \"%s\", it's 1 > 0";
        assertThat(mask(String.format(free, request))).isEqualTo(String.format(free, masked));
    }

    /** Of a line longer than the buffer nobody knows any more how many quotes there were. */
    @Test
    void aValueInQuotesIsFoundHoweverLongItsLineIs() throws IOException {
        String line = "said " + "long ".repeat(200_000) + "password=\"%s\" 1";
        assertThat(mask(String.format(line, "a b"))).isEqualTo(String.format(line, "-"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://1-2-3-4.isp.example:secret@host/ | http://-@host/",
                "http://1-2-3-4.isp.example@host/ | http://-@host/",
                "http://1-2-3-4.isp.example%40host/ | http://-%40host/",
                "http://me:secret1-2-3-4.isp.example@host/ | http://-@host/",
                "http://77.red-203-0-113.isp.example:secret@host/ | http://-@host/",
                "http://2001-db8-0-0-0-0-0-7.isp.example:secret@host/ | http://-@host/",
                "http://host/1-2-3-4.isp.example:80 | http://host/0-0-0-0.isp.example:80",
            })
    void credentialsGoAsAWholeAlsoWhenANameOfANumberIsInThem(String url, String masked) throws IOException {
        assertThat(mask("203.0.113.0 said " + url + " 1")).isEqualTo("203.0.113.0 said " + masked + " 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pass1",
                "pass2",
                "pass1-text",
                "password1",
                "password2",
                "password_confirm",
                "newpassword",
                "oldpassword",
                "newpass",
                "currentPassword",
                "confirmPassword",
                "passphrase",
                "laravel_session",
                "ci_session",
                "connect.sid",
                "ASP.NET_SessionId",
                "CFTOKEN"
            })
    void whatApplicationsCallPasswordsAndSessionsIsSecret(String name) throws IOException {
        String line =
                "203.0.113.0 - - [22/Nov/2026:03:03:22 +0100] \"GET /a?b=c&%s=%s&d=e HTTP/1.1\" 200 5 \"-\" \"x\"";
        assertThat(mask(String.format(line, name, "geheim"))).isEqualTo(String.format(line, name, "-"));
    }

    @Test
    void anAddressBeforeAnEMailAddressIsMaskedWhereCredentialsAreKept() throws IOException {
        assertThat(mask(policy("token=keep email=drop"), "said http://203.0.113.77:max@example.org/ 1"))
                .isEqualTo("said http://203.0.113.0:-/ 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "203.0.113.0 - - [22/Nov/2026:03:03:22 +0100] \"GET /cpsess$/a.php?b=c HTTP/1.1\" 200 5 \"-\" \"x\"",
                "203.0.113.0 - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5 \"https://host.example:2083/cpsess$/a\"",
                "203.0.113.0 - - [22/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5 \"https://192.0.2.0:2083/cpsess$/a\"",
                "203.0.113.0 - - [22/Nov/2026:03:03:22 +0100] \"GET /cpsess$/b HTTP/1.1\" 200 5 \"https://webmail.a.example/cpsess$/a\"",
                "203.0.113.0 - - [11/22/2026:03:03:22 -0000] \"GET /cpsess$/a HTTP/1.1\" 200 0 \"https://a.example:2083/cpsess$/\""
                        + " \"x\" \"s\" \"-\" 2083",
                "{\"remote_addr\":\"203.0.113.0\",\"request\":\"GET /cpsess$/a HTTP/1.1\",\"x\":1}",
                "{\"remote_addr\":\"203.0.113.0\",\"uri\":\"/cpsess$/a\"}",
                "see https://host.example:2087/cpsess$/a",
                "see https%3A//host.example%2E:2087/cpsess$/a",
            })
    void masksTheSessionOfAPanelInAPath(String line) throws IOException {
        assertThat(mask(line.replace("$", "0123456789"))).isEqualTo(line.replace("$", "-"));
        assertThat(mask(line.replace("$", "-"))).isEqualTo(line.replace("$", "-"));
        assertThat(mask(line.replace("$", ""))).isEqualTo(line.replace("$", ""));
        for (String settings : List.of("token=hash", "token=hash query=drop referrer=keep user=keep")) {
            String masked = mask(policy(settings), line.replace("$", "0123456789"));
            assertThat(masked).contains("/cpsess" + hash("0123456789")).doesNotContain("0123456789");
            assertThat(mask(policy(settings), masked)).isEqualTo(masked);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "\"USER hans\" 331 - ^ \"USER {hans}\" 331 -",
                "\"USER hans meier\" 331 - ^ \"USER {hans meier}\" 331 -",
                "\"PASS (hidden)\" 230 - ^ \"PASS (hidden)\" 230 -",
                "\"PUT /home/hans/a b.zip\" 200 123 ^ \"PUT /home/{hans}/a b.zip\" 200 123",
                "\"RETR /var/vmail/example.org/hans/a\" 226 1 ^ \"RETR /var/vmail/example.org/{hans}/a\" 226 1",
                "\"CWD /home/hans\" 250 - ^ \"CWD /home/{hans}\" 250 -",
                // In a URL it is a folder like any other.
                "\"GET /home/hans/a HTTP/1.1\" 200 5 ^ \"GET /home/hans/a HTTP/1.1\" 200 5",
                "\"USERS hans HTTP/1.1\" 400 - ^ \"USERS hans HTTP/1.1\" 400 -",
            })
    void masksNamesInWhatFtpClientsAskFor(String request, String expected) throws IOException {
        String head = "203.0.113.0 UNKNOWN {max} [22/Nov/2026:03:03:22 +0100] ";
        holds(head.replaceAll("[{}]", "") + request, head + expected);
        for (String settings : List.of("query=drop user=hash", "agent=cut user=hash")) {
            assertThat(mask(policy(settings), head + request)).endsWith(hashed(expected));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "sendmail -t -i -fanna@example.org ^ sendmail -t -i -f{anna@example.org}@hash.invalid",
                "sendmail \"-fanna@example.org\" x ^ sendmail \"-f{anna@example.org}@hash.invalid\" x",
                "sendmail -ranna@example.org ^ sendmail -r{anna@example.org}@hash.invalid",
                "mail x-fanna@example.org ^ mail {x-fanna@example.org}@hash.invalid",
                "GET /cb#access_token=abc&id_token=def&state=x ^ GET /cb#access_token=-&id_token=-&state=x",
                "GET /cb#id_token=abc ^ GET /cb#id_token=-",
                "GET /cb#s=suchwort ^ GET /cb#s=suchwort",
            })
    void leavesWhatStandsBeforeASender(String line, String expected) throws IOException {
        holds(line, expected);
    }

    /**
     * Letters come escaped as the format has it, and where an escape stands for something else it stays whole: otherwise what
     * was JSON would be none.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "[\"zq\\u00fcller@example.org\"] ^ [\"{zq\u00c3\u00bcller@example.org}@hash.invalid\"]",
                "[\"\\u00FCzq@example.org\"] ^ [\"{\u00c3\u00bczq@example.org}@hash.invalid\"]",
                "[\"max@m\\u00fcller.example\"] ^ [\"{max@m\u00c3\u00bcller.example}@hash.invalid\"]",
                "[\"To:\\nmax@example.org\\nx\"] ^ [\"To:\\n{max@example.org}@hash.invalid\\nx\"]",
                "[\"\\u003cmax@example.org\\u003e\"] ^ [\"\\u003c{max@example.org}@hash.invalid\\u003e\"]",
                "said \"zq\\xc3\\xbcller@example.org\" ^ said \"{zq\u00c3\u00bcller@example.org}@hash.invalid\"",
                "said \"max@m\\xc3\\xbcller.example\" ^ said \"{max@m\u00c3\u00bcller.example}@hash.invalid\"",
                "said \"\\x22max@example.org\\x22\" ^ said \"\\x22{max@example.org}@hash.invalid\\x22\"",
                "GET /?m=m%C3%BCller@example.org ^ GET /?m={m\u00c3\u00bcller@example.org}@hash.invalid",
                "GET /?m=max@m%c3%bcller.example&x=1 ^ GET /?m={max@m\u00c3\u00bcller.example}@hash.invalid&x=1",
                "see CORP\\nick@example.org ^ see CORP\\{nick@example.org}@hash.invalid",
                "mail of o'neil@example.org came ^ mail of {o'neil@example.org}@hash.invalid came",
                "GET /?m=o%27neil@example.org ^ GET /?m={o'neil@example.org}@hash.invalid",
                "[\"o\\u0027neil@example.org\"] ^ [\"{o'neil@example.org}@hash.invalid\"]",
                "of b'max@example.org' and 'max@example.org' ^ of b'{max@example.org}@hash.invalid' and"
                        + " '{max@example.org}@hash.invalid'",
                "[\"login password=\\\"two words\\\" 'failed'\"] ^ [\"login password=\\\"-\\\" 'failed'\"]",
            })
    void escapesArePartOfAnAddressOrStayWhole(String line, String expected) throws IOException {
        holds(line, expected);
    }

    /** A system log whose lines have no colon behind the program. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sudo 123 - - $ : TTY=pts/0 ; PWD=/srv ; USER=-",
                "sudo - - -    $ : TTY=pts/0 ; PWD=/srv ; USER=-",
                "sudo 123 - [meta sequenceId=\"1\"] $ : TTY=pts/0 ; PWD=/srv ; USER=-",
                "su 123 - - + /dev/pts/0 $:-",
                "CRON 123 - - ($) CMD (/bin/x)",
                "sshd 123 - - User $ from 203.0.113.0 not allowed because not listed in AllowUsers",
                "pure-ftpd 123 - - ($@203.0.113.0) [NOTICE] x",
                "vsftpd 123 - - [$] OK LOGIN: Client \"203.0.113.0\"",
            })
    void masksNamesAtTheBeginningOfAMessage(String message) throws IOException {
        String line = "<86>1 2026-11-22T03:03:22.000Z mx1 " + message;
        holds(line.replace("$", "hans"), line.replace("$", "{hans}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "dnsmasq-dhcp[7]: DHCPACK(eth0) 203.0.113.0 52:54:00:12:34:56 hans-pc"
                        + " ^ dnsmasq-dhcp[7]: DHCPACK(eth0) 203.0.113.0 52:54:00:12:34:56 -",
                "dnsmasq-dhcp[7]: 4711 DHCPREQUEST(eth0) 203.0.113.0 52:54:00:12:34:56"
                        + " ^ dnsmasq-dhcp[7]: 4711 DHCPREQUEST(eth0) 203.0.113.0 52:54:00:12:34:56",
                "dhcpd: DHCPACK on 203.0.113.0 to 52:54:00:00:00:00 (Hans' Phone) via eth0"
                        + " ^ dhcpd: DHCPACK on 203.0.113.0 to 52:54:00:00:00:00 (-) via eth0",
                "dhcpd: DHCPREQUEST for 203.0.113.0 (192.0.2.0) from 52:54:00:00:00:00 (hans-pc) via eth0"
                        + " ^ dhcpd: DHCPREQUEST for 203.0.113.0 (192.0.2.0) from 52:54:00:00:00:00 (-) via eth0",
            })
    void masksWhatDevicesAreCalled(String message, String expected) throws IOException {
        String head = "Nov 22 03:03:22 gw ";
        holds(head + message, head + expected);
    }

    /** A hash of what is no name tells nobody anything. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "postfix/pipe[7]: 4X: to=<>, status=bounced (user unknown. Command output: Invalid user specified. )",
                "postfix/local[7]: 4X: to=<>, status=bounced (user unknown)",
                "postfix/virtual[7]: 4X: to=<>, status=bounced (user unknown in virtual mailbox table)",
                "postfix/smtpd[7]: warning: x: SASL PLAIN authentication failed: authentication failure (user $)",
                "postfix/smtpd[7]: warning: x: SASL PLAIN authentication failed: bad password (user $)",
                "imapd: LOGIN, user=$, ip=[203.0.113.0], port=[5], protocol=IMAP",
                "dovecot: lmtp(1234, $): 5Xab: sieve: stored mail into mailbox 'INBOX'",
                "dovecot: lmtp(1234): Connect from local",
                "dovecot: lmtp($)<7><->: sieve: stored mail",
            })
    void hashesNamesAndNothingBesidesThem(String message) throws IOException {
        String line = "Nov 22 03:03:22 mx1 " + message;
        for (String name : message.contains("$") ? List.of("hans", "4711", "unknownx") : List.of("hans")) {
            holds(line.replace("$", name), line.replace("$", "{" + name + "}"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '~',
            value = {
                "user `hans' in realm `x' not found: /a ^ user `{hans}' in realm `x' not found: /a",
                "user hans: password mismatch: /a ^ user {hans}: password mismatch: /a",
            })
    void leavesTheQuotesThatApacheWrites(String message, String expected) throws IOException {
        String head = "[Sun Nov 22 03:03:22 2026] [auth_digest:error] [pid 7] [client 203.0.113.0:5] AH01790: ";
        holds(head + message, head + expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"-\"", "\"--\"", "--", "-"})
    void leavesAnEmptyNameAsItIs(String name) throws IOException {
        String line = "203.0.113.0 - " + name + " [23/Nov/2026:03:03:22 +0100] \"GET / HTTP/1.1\" 200 5";
        holds(line, line);
    }

    /** The name of a client's host is as personal as its address, also when it does not repeat it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "pure-ftpd: (?@dsl.isp.example) [INFO] New connection from dsl.isp.example"
                        + " ^ pure-ftpd: (?@host.invalid) [INFO] New connection from host.invalid",
                "pure-ftpd: (hans@laptop) [NOTICE] x ^ pure-ftpd: ({hans}@host.invalid) [NOTICE] x",
                "pure-ftpd: (hans@example.org@dsl.isp.example) [INFO] Logout."
                        + " ^ pure-ftpd: ({hans@example.org}@host.invalid) [INFO] Logout.",
                "sshd[7]: Accepted password for hans from dsl.isp.example port 22 ssh2"
                        + " ^ sshd[7]: Accepted password for {hans} from host.invalid port 22 ssh2",
                "sshd[7]: Accepted password for hans from laptop port 22 ssh2"
                        + " ^ sshd[7]: Accepted password for {hans} from host.invalid port 22 ssh2",
                "sshd[7]: Connection closed by dsl.isp.example port 22 [preauth]"
                        + " ^ sshd[7]: Connection closed by host.invalid port 22 [preauth]",
                "sshd[7]: Disconnected from dsl.isp.example port 22 ^ sshd[7]: Disconnected from host.invalid port 22",
                "sshd[7]: Disconnected from user hans dsl.isp.example port 22"
                        + " ^ sshd[7]: Disconnected from user {hans} host.invalid port 22",
                "sshd[7]: Received disconnect from dsl.isp.example: 11: Bye"
                        + " ^ sshd[7]: Received disconnect from host.invalid: 11: Bye",
                "sshd[7]: User hans from dsl.isp.example not allowed because not listed in AllowUsers"
                        + " ^ sshd[7]: User {hans} from host.invalid not allowed because not listed in AllowUsers",
                "sshd[7]: reverse mapping checking getaddrinfo for dsl.isp.example [203.0.113.0] failed."
                        + " ^ sshd[7]: reverse mapping checking getaddrinfo for host.invalid [203.0.113.0] failed.",
                "sshd[7]: Address 203.0.113.0 maps to dsl.isp.example, but this does not map back to the address."
                        + " ^ sshd[7]: Address 203.0.113.0 maps to host.invalid, but this does not map back to the address.",
                "sshd[7]: error: kex_exchange_identification: read: Connection reset by peer"
                        + " ^ sshd[7]: error: kex_exchange_identification: read: Connection reset by peer",
                "sshd[7]: error: Bind to port 22 on 203.0.113.0 failed ^ sshd[7]: error: Bind to port 22 on 203.0.113.0 failed",
                "sshd[7]: Connection from 203.0.113.0 port 5 on 192.0.2.0 port 22"
                        + " ^ sshd[7]: Connection from 203.0.113.0 port 5 on 192.0.2.0 port 22",
                "vsftpd: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=hans"
                        + " rhost=dsl.isp.example  user=hans ^ vsftpd: pam_unix(vsftpd:auth): authentication failure;"
                        + " logname= uid=0 euid=0 tty=ftp ruser={hans} rhost=host.invalid  user={hans}",
                "sudo: pam_unix(sudo:auth): authentication failure; logname= uid=0 euid=0 tty=x ruser=hans rhost=  user=hans"
                        + " ^ sudo: pam_unix(sudo:auth): authentication failure; logname= uid=0 euid=0 tty=x ruser={hans}"
                        + " rhost=  user={hans}",
                "proftpd[7]: ftp.example.org (dsl.isp.example[203.0.113.0]) - FTP session opened."
                        + " ^ proftpd[7]: ftp.example.org (host.invalid[203.0.113.0]) - FTP session opened.",
                "proftpd[7]: ftp.example.org (x) - USER hans: no such user found from dsl.isp.example [203.0.113.0] to"
                        + " 192.0.2.0:21 ^ proftpd[7]: ftp.example.org (x) - USER {hans}: no such user found from"
                        + " host.invalid [203.0.113.0] to 192.0.2.0:21",
            })
    void masksNamesOfClientsHosts(String message, String expected) throws IOException {
        String head = "Nov 22 03:03:22 mx1 ";
        holds(head + message, head + expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"remove", "zero", "truncate/24/48", "pseudonym/prefix"})
    void leavesNothingOfAHostsNameWhateverBecomesOfAddresses(String method) throws IOException {
        String line = "Nov 22 03:03:22 mx1 sshd[7]: Connection closed by dsl.isp.example port 22";
        String masked = line.replace("dsl.isp.example", "host.invalid");
        assertThat(mask(policy("address=" + method), line)).isEqualTo(masked);
        assertThat(mask(policy("address=" + method), masked)).isEqualTo(masked);
        assertThat(mask(policy("address=keep"), line)).isEqualTo(line);
        String ftp = "Nov 22 03:03:22 mx1 pure-ftpd: (hans@dsl.isp.example) [INFO] Logout.";
        for (String email : List.of("hash", "cut", "drop", "keep")) {
            String once = mask(policy("user=keep email=" + email + " address=" + method), ftp);
            assertThat(once).isEqualTo(ftp.replace("dsl.isp.example", "host.invalid"));
            assertThat(mask(policy("user=keep email=" + email + " address=" + method), once))
                    .isEqualTo(once);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "login failed for user id=joe@example.org ^ login failed for user id={joe@example.org}@hash.invalid",
                "2026-11-22 03:03:22 mail sent, id=joe@example.org"
                        + " ^ 2026-11-22 03:03:22 mail sent, id={joe@example.org}@hash.invalid",
            })
    void takesForAMessageOnlyWhatIsCalledOne(String line, String expected) throws IOException {
        holds(line, expected);
    }

    /** The same hash in the lines of all programs, so that a message can be followed through them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "Nov 22 03:03:22 mx1 postfix/cleanup[7]: 4X: message-id=<$>",
                "Nov 22 03:03:22 mx1 postfix/cleanup[7]: 4X: message-id=$",
                "2026-11-22 03:03:22 1tEabc-000001-2X <= <> P=esmtp S=12 id=$",
                "2026-11-22 03:03:22 1tEabc-000001-2X <= <> P=esmtp S=12 id=$ T=x",
                "Nov 22 03:03:22 mx1 rspamd[7]: <ab>; task; rspamd_task_write_log: id: <$>, qid: <4X>, ip: 203.0.113.0",
                "Nov 22 03:03:22 mx1 dovecot: lmtp(-)<7><->: sieve: msgid=<$>: stored mail into mailbox 'INBOX'",
                "Nov 22 03:03:22 mx1 amavis[7]: (7) Passed CLEAN, Message-ID: <$>, mail_id: x",
                "of no format: Message-ID: $",
            })
    void masksAMessageIdInTheSameWayWhoeverWritesIt(String line) throws IOException {
        for (String id :
                List.of("CAF=x+Y/z@mail.example.org", "erika.muster@example.org", "1@example.org", "x@laptop")) {
            holds(line.replace("$", id), line.replace("$", "{" + id.toLowerCase(Locale.ROOT) + "}@hash.invalid"));
        }
        String numbers = line.replace("$", "20261122.1.2.3@example.org");
        holds(numbers, numbers);
        if (line.contains("<$>")) {
            holds(line.replace("$", "erika@PC_ERIKA:7"), line.replace("$", "{erika@pc_erika:7}@hash.invalid"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "/?s=suchwort ^ /?s=suchwort",
                "/?s=iphone+15+pro+max+256gb ^ /?s=iphone+15+pro+max+256gb",
                "/?s=kinderwagen-test-vergleich-2024 ^ /?s=kinderwagen-test-vergleich-2024",
                "/?state=Bayern&code=DE&key=size ^ /?state=Bayern&code=DE&key=size",
                "/?state=Nordrhein-Westfalen ^ /?state=Nordrhein-Westfalen",
                "/?state=WaitingForApproval ^ /?state=WaitingForApproval",
                "/?ticket=4711&hash=top&key=20261122030322123 ^ /?ticket=4711&hash=top&key=20261122030322123",
                "/?s=joe%40example.org ^ /?s={joe@example.org}%40hash.invalid",
                "/?s=0123456789abcdef0123456789abcdef ^ /?s=-",
                "/?code=4%2F0AX4XfWh9sQ2mZr7LpTqYb&state=550e8400-e29b-41d4-a716-446655440000 ^ /?code=-&state=-",
                "/?key=tHqXwRbNkVzLmPcDfGjS&login=x ^ /?key=-&login={x}",
                "/?ticket=ST-1856339-aA5Yuvrxzpv8Tau1cYQ7&x=1 ^ /?ticket=-&x=1",
                "/?session=a&sid=b&token=c&auth=d&password=e&pin=1 ^ /?session=-&sid=-&token=-&auth=-&password=-&pin=-",
            })
    void takesAnEverydayParameterForATokenOnlyWhenItLooksLikeOne(String line, String expected) throws IOException {
        holds(line, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '`',
            value = {
                "/?accessToken=a&REFRESHTOKEN=b&auth_key=c&Bearer=d ^ /?accessToken=-&REFRESHTOKEN=-&auth_key=-&Bearer=-",
                "/?login=hans&USER=hans&userName=hans%20meier ^ /?login={hans}&USER={hans}&userName={hans meier}",
                "/?user=&login=-&username=%2D ^ /?user=&login=-&username={-}",
                "/?user=joe%40example.org&x=1 ^ /?user={joe@example.org}&x=1",
                "/?user%3Dhans%26x=1 ^ /?user%3D{hans}%26x=1",
                "/?u=a%26user%3Dhans%26x=1 ^ /?u=a%26user%3D{hans}%26x=1",
                // Outside of URLs and forms it is any word.
                "the user=hans ^ the user=hans",
                // What is sent with a form.
                "username=hans&password=geheim ^ username={hans}&password=-",
                "pass=geheim&user=hans ^ pass=-&user={hans}",
                "user=hans ^ user=hans",
                "auth=ok ^ auth=ok",
                "x-api-key: abc ^ x-api-key: -",
                "X-Api-Key: abc ^ X-Api-Key: -",
                "set-cookie: a=b ^ set-cookie: -",
                "{\"remote_user\":\"hans\",\"auth_user\":\"hans\",\"cookie_x\":\"abc\",\"ssl_client_s_dn\":\"CN=Hans\"}"
                        + " ^ {\"remote_user\":\"h-dnerxxw7lddo6\",\"auth_user\":\"h-dnerxxw7lddo6\",\"cookie_x\":\"-\","
                        + "\"ssl_client_s_dn\":\"h-CN\"}",
                "Failed login for user 'hans' from '203.0.113.0' at 2026-11-22 03:03:22 with session ID 8hfd"
                        + " ^ Failed login for user '{hans}' from '203.0.113.0' at 2026-11-22 03:03:22 with session ID -",
            })
    void masksParametersThatSayWhoOrWithWhat(String line, String expected) throws IOException {
        if (line.startsWith("{")) {
            assertThat(mask(line)).isEqualTo(expected.replace("h-CN", hash("CN=Hans")));
        } else {
            holds(line, expected);
        }
    }

    private static String hash(String text) {
        byte[] name = text.getBytes(StandardCharsets.ISO_8859_1);
        return new String(KEYS.hash(name, 0, name.length), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "auth: Debug: client in: AUTH#0111#011PLAIN#011session=abc#011rip=203.0.113.0#011resp=AGhhbnMAeA=="
                        + " ^ auth: Debug: client in: AUTH#0111#011PLAIN#011session=-#011rip=203.0.113.0#011resp=-",
                "auth: Debug: client passdb out: OK#0111#011user=hans#011original_user=max"
                        + " ^ auth: Debug: client passdb out: OK#0111#011user={hans}#011original_user={max}",
                "auth: passwd-file(max@h-x.example,203.0.113.77): unknown user (given password: geheim123)"
                        + " ^ auth: passwd-file({max@h-x.example},203.0.113.0): unknown user (given password: -)",
                "auth: passwd-file(max,203.0.113.77): Password mismatch (given password: ge)he im)"
                        + " ^ auth: passwd-file({max},203.0.113.0): Password mismatch (given password: -)",
                "auth: passwd-file(max,203.0.113.77): Password mismatch (SHA1 of given password: a94a8f)"
                        + " ^ auth: passwd-file({max},203.0.113.0): Password mismatch (SHA1 of given password: -)",
                "auth: sql(max@example.org,203.0.113.77,<AbCd>): unknown user"
                        + " ^ auth: sql({max@example.org},203.0.113.0,<->): unknown user",
            })
    void masksSecretsThatDovecotWrites(String message, String expected) throws IOException {
        String head = "Nov 22 03:03:22 mx1 dovecot: ";
        holds(head + message, head + expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            value = {
                "sudo:    erika : TTY=pts/0 ; PWD=/home/erika ; USER=root ; COMMAND=/bin/ls"
                        + " ^ sudo:    erika : TTY=pts/0 ; PWD=/home/erika ; USER=root ; COMMAND=/bin/ls",
                "curl pwd=/geheim ^ curl pwd=-",
                "env PWD=geheim ^ env PWD=-",
                "GET /?PWD=/geheim ^ GET /?PWD=-",
            })
    void takesAFolderForNoPassword(String line, String expected) throws IOException {
        holds(line, expected);
    }

    /** What stands in braces is expected as its hash; a second pass changes nothing. */
    private static void holds(String line, String expected) throws IOException {
        String text = hashed(expected);
        assertThat(mask(line)).isEqualTo(text);
        assertThat(mask(text)).isEqualTo(text);
    }

    private static String hashed(String expected) {
        Matcher hashed = HASHED.matcher(expected);
        return hashed.replaceAll(found -> hash(found.group(1)));
    }

    private static MaskingPolicy policy(String text) {
        return MaskingPolicy.parse(text);
    }

    private static String mask(String line) throws IOException {
        return mask(MaskingPolicy.DEFAULT, line);
    }

    private static String mask(MaskingPolicy policy, String line) throws IOException {
        LineScanner.Context context = new LineScanner.Context(
                policy, ZoneOffset.UTC, Instant.parse("2026-11-23T00:00:00Z"), day -> KEYS, Optional.empty());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LineScanner(context).mask(new ByteArrayInputStream(line.getBytes(StandardCharsets.ISO_8859_1)), out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
