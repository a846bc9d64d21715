package dev.sparsam.sample;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The lines of a log of another service than the web server, about one site: what belongs together, such as the delivery of
 * a message, comes line by line. The same seed gives the same bytes. Not safe for several threads.
 */
final class ServiceLines {
    /** The services; each name stands in the inventory's text. */
    enum Service {
        /** Postfix and Dovecot by way of rsyslog, with RFC 3339 times. */
        MAIL("MAIL", "mail.log", 45),
        /** ProFTPD's system log. */
        PROFTPD("FTP", "proftpd.log", 9),
        /** vsftpd's own log. */
        VSFTPD("FTP", "vsftpd.log", 7),
        /** The transfers that vsftpd and ProFTPD log. */
        XFERLOG("FTP", "xferlog", 6),
        /** OpenSSH by way of rsyslog, with RFC 3164 times. */
        SSHD("SSH", "auth.log", 25),
        /** PHP-FPM's error log. */
        PHP_FPM("APPLICATION", "php-fpm.log", 5);

        /** The panel's word for it. */
        final String kind;
        /** The name of the log that is being written; the rotated ones begin with it. */
        final String file;

        final double linesPerDay;

        Service(String kind, String file, double linesPerDay) {
            this.kind = kind;
            this.file = file;
            this.linesPerDay = linesPerDay;
        }
    }

    private static final List<String> USERS = List.of("aberg", "redaktion", "jl", "m.oezdemir", "webmaster");
    private static final List<String> GUESSED = List.of("root", "admin", "test", "oracle", "ubuntu", "postgres");
    private static final List<String> CORRESPONDENTS = List.of(
            "anna.berg@post.example",
            "m.oezdemir@mail.example",
            "rechnung@lieferant.example.com",
            "tomasz@example.org",
            "c.vandijk@example.net");
    private static final List<String> MAILBOXES = List.of("info", "kontakt", "buchhaltung", "jl");
    private static final List<String> UPLOADS =
            List.of("index.php", "bilder/titel.jpg", "dateien/preise 2026.pdf", "css/stil.css");
    private static final String DIGITS = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

    private final Service service;
    private final String domain;
    private final String server;
    private final ZoneId zone;
    private final SplittableRandom random;
    private final DateTimeFormatter time;
    /** What is left of the last that happened, without times. */
    private final Deque<String> lines = new ArrayDeque<>();

    /**
     * A log that has no line yet.
     *
     * @param server the name of the machine
     * @param zone its time zone
     */
    ServiceLines(Service service, String domain, String server, ZoneId zone, long seed) {
        this.service = service;
        this.domain = domain;
        this.server = server;
        this.zone = zone;
        this.random = new SplittableRandom(seed);
        this.time = DateTimeFormatter.ofPattern(
                switch (service) {
                    case MAIL -> "uuuu-MM-dd'T'HH:mm:ss.SSS'417'xxx ";
                    case PROFTPD -> "uuuu-MM-dd HH:mm:ss,SSS ";
                    case VSFTPD, XFERLOG -> "EEE MMM ppd HH:mm:ss uuuu ";
                    case SSHD -> "MMM ppd HH:mm:ss ";
                    case PHP_FPM -> "'['dd-MMM-uuuu HH:mm:ss'] '";
                },
                Locale.ENGLISH);
    }

    /** Appends the next line without its end. */
    void line(long at, StringBuilder out) {
        if (lines.isEmpty()) {
            happen();
        }
        ZonedDateTime moment = Instant.ofEpochMilli(at).atZone(zone);
        out.append(time.format(moment)).append(lines.remove());
    }

    private void happen() {
        switch (service) {
            case MAIL -> {
                switch (random.nextInt(4)) {
                    case 0 -> received();
                    case 1 -> sent();
                    case 2 -> fetched();
                    default -> guessedMail();
                }
            }
            case PROFTPD -> proftpd();
            case VSFTPD -> vsftpd();
            case XFERLOG -> xferlog();
            case SSHD -> sshd();
            case PHP_FPM -> php();
        }
    }

    private void received() {
        String client = client();
        String from = one(CORRESPONDENTS);
        String to = one(MAILBOXES) + "@" + domain;
        String smtpd = server + " postfix/smtpd[" + pid() + "]: ";
        String id = queueId();
        lines.add(smtpd + "connect from " + client);
        if (random.nextInt(5) == 0) {
            lines.add(smtpd + "NOQUEUE: reject: RCPT from " + client + ": 554 5.7.1 <" + to
                    + ">: Recipient address rejected: blocked by policy; from=<" + from + "> to=<" + to
                    + "> proto=ESMTP helo=<mail." + from.substring(from.indexOf('@') + 1) + ">");
        } else {
            lines.add(smtpd + id + ": client=" + client);
            lines.add(server + " postfix/cleanup[" + pid() + "]: " + id + ": message-id=<" + queueId() + "."
                    + random.nextInt(100_000) + "@" + from.substring(from.indexOf('@') + 1) + ">");
            lines.add(server + " postfix/qmgr[812]: " + id + ": from=<" + from + ">, size="
                    + (2_000 + random.nextInt(90_000)) + ", nrcpt=1 (queue active)");
            lines.add(server + " dovecot: lmtp(" + to + ")<" + pid() + "><" + queueId() + ">: sieve: msgid=<"
                    + queueId() + "@" + from.substring(from.indexOf('@') + 1) + ">: stored mail into mailbox 'INBOX'");
            lines.add(server + " postfix/lmtp[" + pid() + "]: " + id + ": to=<" + to + ">, relay=" + server
                    + ".example[private/dovecot-lmtp], delay=0." + random.nextInt(90)
                    + ", delays=0.1/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 <" + to + "> Saved)");
            lines.add(server + " postfix/qmgr[812]: " + id + ": removed");
        }
        lines.add(smtpd + "disconnect from " + client + " ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5");
    }

    private void sent() {
        String client = client();
        String from = one(MAILBOXES) + "@" + domain;
        String to = one(CORRESPONDENTS);
        String id = queueId();
        lines.add(server + " postfix/submission/smtpd[" + pid() + "]: " + id + ": client=" + client
                + ", sasl_method=PLAIN, sasl_username=" + from);
        lines.add(server + " postfix/qmgr[812]: " + id + ": from=<" + from + ">, size=" + (900 + random.nextInt(40_000))
                + ", nrcpt=1 (queue active)");
        lines.add(server + " postfix/smtp[" + pid() + "]: " + id + ": to=<" + to + ">, relay=mx."
                + to.substring(to.indexOf('@') + 1) + "[" + Addresses.ipv6(random)
                + "]:25, delay=1.2, delays=0.1/0/0.6/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as " + queueId()
                + ")");
        lines.add(server + " postfix/qmgr[812]: " + id + ": removed");
    }

    private void fetched() {
        String box = one(MAILBOXES) + "@" + domain;
        String session = queueId();
        String address = Addresses.client(random);
        lines.add(server + " dovecot: imap-login: Login: user=<" + box + ">, method=PLAIN, rip=" + address
                + ", lip=2001:db8:5::25, mpid=" + pid() + ", TLS, session=<" + session + ">");
        lines.add(server + " dovecot: imap(" + box + ")<" + pid() + "><" + session
                + ">: Disconnected: Logged out in=" + random.nextInt(3_000) + " out=" + random.nextInt(90_000)
                + " deleted=0 expunged=0 trashed=0 hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0");
    }

    private void guessedMail() {
        String address = Addresses.client(random);
        String name = one(GUESSED) + "@" + domain;
        lines.add(server + " postfix/submission/smtpd[" + pid() + "]: warning: unknown[" + address
                + "]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=" + name);
        lines.add(server + " dovecot: imap-login: Disconnected: Connection closed (auth failed, 3 attempts in 12 secs):"
                + " user=<" + name + ">, method=PLAIN, rip=" + address + ", lip=2001:db8:5::25, TLS, session=<"
                + queueId() + ">");
    }

    private void proftpd() {
        String address = Addresses.ipv4(random);
        String who = server + " proftpd[" + pid() + "] " + server + ".example (" + address + "[" + address + "]): ";
        lines.add(who + "FTP session opened.");
        if (random.nextInt(3) == 0) {
            String name = one(GUESSED);
            lines.add(who + "USER " + name + ": no such user found from " + address + " [" + address
                    + "] to 2001:db8:5::21:21");
        } else {
            lines.add(who + "USER " + one(USERS) + ": Login successful.");
        }
        lines.add(who + "FTP session closed.");
    }

    private void vsftpd() {
        String client = "Client \"" + Addresses.ipv4(random) + "\"";
        int pid = pid();
        lines.add("[pid " + pid + "] CONNECT: " + client);
        if (random.nextInt(3) == 0) {
            lines.add("[pid " + pid + "] [" + one(GUESSED) + "] FAIL LOGIN: " + client);
        } else {
            String who = "[pid " + pid + "] [" + one(USERS) + "] OK ";
            lines.add(who + "LOGIN: " + client);
            lines.add(who + "UPLOAD: " + client + ", \"/web/" + one(UPLOADS) + "\", " + (500 + random.nextInt(900_000))
                    + " bytes, " + (10 + random.nextInt(900)) + ".31Kbyte/sec");
        }
    }

    private void xferlog() {
        String from = Addresses.ipv4(random);
        String user = one(USERS);
        for (int i = random.nextInt(4); i >= 0; i--) {
            lines.add((1 + random.nextInt(9)) + " " + from + " " + (500 + random.nextInt(900_000)) + " /var/www/"
                    + domain
                    + "/web/" + one(UPLOADS).replace(' ', '_') + " b _ " + (random.nextInt(4) == 0 ? "o" : "i") + " r "
                    + user + " ftp 0 * c");
        }
    }

    private void sshd() {
        String from = " from " + Addresses.client(random) + " port " + Addresses.port(random);
        String who = server + " sshd[" + pid() + "]: ";
        if (random.nextInt(4) == 0) {
            String user = one(USERS);
            lines.add(who + "Accepted publickey for " + user + from + " ssh2: ED25519 SHA256:" + fingerprint());
            lines.add(who + "pam_unix(sshd:session): session opened for user " + user + "(uid=5017) by (uid=0)");
            lines.add(who + "Received disconnect" + from + ":11: disconnected by user");
            lines.add(who + "pam_unix(sshd:session): session closed for user " + user);
        } else {
            String name = one(GUESSED);
            lines.add(who + "Invalid user " + name + from);
            lines.add(who + "Failed password for invalid user " + name + from + " ssh2");
            lines.add(who + "Connection closed by invalid user " + name + from.replace(" from", "") + " [preauth]");
        }
    }

    private void php() {
        String pool = "[pool " + domain + "] ";
        if (random.nextInt(3) == 0) {
            lines.add("WARNING: " + pool + "server reached pm.max_children setting (8), consider raising it");
        } else {
            lines.add("WARNING: " + pool + "child " + pid() + " said into stderr: \"NOTICE: PHP message: Anmeldung von "
                    + one(CORRESPONDENTS) + " (" + Addresses.client(random) + ") abgelehnt\"");
        }
    }

    /** As Postfix names a client: by its name and its address, or as unknown. */
    private String client() {
        return random.nextInt(3) == 0
                ? "unknown[" + Addresses.client(random) + "]"
                : "mail." + one(CORRESPONDENTS).replaceFirst(".*@", "") + "[" + Addresses.client(random) + "]";
    }

    private int pid() {
        return 1_000 + random.nextInt(60_000);
    }

    private String queueId() {
        StringBuilder id = new StringBuilder("4");
        for (int i = 0; i < 13; i++) {
            id.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return id.toString();
    }

    private String fingerprint() {
        return (queueId() + queueId() + queueId() + "x").substring(0, 43);
    }

    private String one(List<String> items) {
        return items.get(random.nextInt(items.size()));
    }
}
