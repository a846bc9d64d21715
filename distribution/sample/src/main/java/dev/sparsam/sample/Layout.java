package dev.sparsam.sample;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** How a server names, rotates and compresses the logs of a site. */
enum Layout {
    /** Apache with Debian's logrotate: {@code access.log}, {@code access.log.1}, {@code access.log.2.gz}, … */
    APACHE_DAILY("web1", false, true, "access.log*", "error.log*"),
    /** The same, once a week. */
    APACHE_WEEKLY("web1", true, true, "access.log*", "error.log*"),
    /** Apache's log for all virtual hosts without a log of their own; here there is one. */
    APACHE_VHOSTS("web1", false, false, "other_vhosts_access.log*", ""),
    /** ISPConfig: one file per day with the date in front, compressed two days later; the error log is numbered. */
    ISPCONFIG("web2", false, false, "*-access.log*", "error.log*"),
    /** nginx with Debian's logrotate. */
    NGINX_DAILY("web3", false, false, "access.log*", "error.log*"),
    /** nginx with logrotate's dateext: the name has the day of the rotation, which is the day after the lines. */
    NGINX_DATED("web3", false, true, "access.log*", "error.log*"),
    /** The name of another site, which writes the logs. */
    ALIAS("web1", false, false, "", "");

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd");

    final String server;
    /** Glob of the access logs; empty without. */
    final String accessFiles;
    /** Glob of the error logs; empty without. */
    final String errorFiles;

    private final boolean accessWeekly;
    private final boolean errorWeekly;

    Layout(String server, boolean accessWeekly, boolean errorWeekly, String accessFiles, String errorFiles) {
        this.server = server;
        this.accessWeekly = accessWeekly;
        this.errorWeekly = errorWeekly;
        this.accessFiles = accessFiles;
        this.errorFiles = errorFiles;
    }

    boolean weekly(boolean error) {
        return error ? errorWeekly : accessWeekly;
    }

    LogLines.Kind lines(boolean error) {
        return switch (this) {
            case NGINX_DAILY, NGINX_DATED -> error ? LogLines.Kind.NGINX_ERROR : LogLines.Kind.NGINX_COMBINED;
            case APACHE_VHOSTS -> LogLines.Kind.APACHE_VHOST_COMBINED;
            default -> error ? LogLines.Kind.APACHE_ERROR : LogLines.Kind.APACHE_COMBINED;
        };
    }

    /**
     * The name of a file.
     *
     * @param index 0 for the file being written, 1 for the one rotated last, …
     * @param start when its first line may be
     * @param end when it was rotated
     */
    String fileName(boolean error, int index, ZonedDateTime start, ZonedDateTime end) {
        if (this == ISPCONFIG) {
            String numbered = index == 0 ? "error.log" : "error.log." + index + ".gz";
            return error ? numbered : start.format(DATE) + "-access.log" + (index < 2 ? "" : ".gz");
        }
        String current = this == APACHE_VHOSTS ? "other_vhosts_access.log" : error ? "error.log" : "access.log";
        if (index == 0) {
            return current;
        }
        if (this == NGINX_DATED) {
            return current + "-" + end.format(DATE) + ".gz";
        }
        return current + "." + index + (index == 1 ? "" : ".gz");
    }

    /** When a file that was rotated was last modified: its last line, or for a file compressed anew that moment. */
    ZonedDateTime modified(boolean error, int index, ZonedDateTime lastLine, ZonedDateTime end) {
        if (this != ISPCONFIG || index == 0 || (!error && index == 1)) {
            return lastLine;
        }
        return error ? end : end.plusDays(1);
    }
}
