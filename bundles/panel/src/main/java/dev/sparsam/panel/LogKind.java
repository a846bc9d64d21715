package dev.sparsam.panel;

/** What a log stream records. */
public enum LogKind {
    /** Requests to the web server. */
    WEB_ACCESS,
    /** Errors of the web server, and of what guards it (ModSecurity). */
    WEB_ERROR,
    /** Mail received, delivered and fetched: Postfix, Exim, Dovecot. */
    MAIL,
    /** File transfers: ProFTPD, Pure-FTPd, vsftpd. */
    FTP,
    /** Logins to a shell: sshd. */
    SSH,
    /** Errors and slow requests of applications: PHP-FPM. */
    APPLICATION,
    /** Logins to the control panel. */
    PANEL
}
