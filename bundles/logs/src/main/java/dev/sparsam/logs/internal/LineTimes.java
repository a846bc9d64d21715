package dev.sparsam.logs.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * Reads the times of log lines, in milliseconds since 1970. Month names are English in all formats, whatever the server's
 * locale. Not thread-safe: it remembers the last minute read.
 */
final class LineTimes {
    /** No time could be read. */
    static final long NONE = Long.MIN_VALUE;

    /** How long the time of an access line is, with brackets: {@code [22/Nov/2026:03:03:22 +0100]}. */
    static final int ACCESS_LENGTH = 28;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private final ZoneId zone;

    private long accessDay;
    private long accessYear;
    private long accessZone;
    private byte accessMinute;
    private long accessBase = NONE;

    private long errorMinute = NONE;
    private long errorBase = NONE;

    LineTimes(ZoneId zone) {
        this.zone = zone;
    }

    /** Reads {@code [22/Nov/2026:03:03:22 +0100]}. */
    long access(byte[] b, int at, int limit) {
        if (at < 0 || limit - at < ACCESS_LENGTH || b[at] != '[' || b[at + 18] != ':') {
            return NONE;
        }
        int seconds = two(b, at + 19);
        if (seconds < 0 || seconds > 60) {
            return NONE;
        }
        long day = (long) LONGS.get(b, at + 1);
        long year = (long) LONGS.get(b, at + 9);
        long offset = (long) LONGS.get(b, at + 20) & ~0xffL;
        if (accessBase == NONE
                || day != accessDay
                || year != accessYear
                || offset != accessZone
                || b[at + 17] != accessMinute) {
            long base = accessMinute(b, at);
            if (base == NONE) {
                return NONE;
            }
            accessDay = day;
            accessYear = year;
            accessZone = offset;
            accessMinute = b[at + 17];
            accessBase = base;
        }
        return accessBase + seconds * 1000L;
    }

    private static long accessMinute(byte[] b, int at) {
        if (b[at + 3] != '/'
                || b[at + 7] != '/'
                || b[at + 12] != ':'
                || b[at + 15] != ':'
                || b[at + 21] != ' '
                || b[at + 27] != ']'
                || (b[at + 22] != '+' && b[at + 22] != '-')) {
            return NONE;
        }
        int zoneHours = two(b, at + 23);
        int zoneMinutes = two(b, at + 25);
        if (zoneHours < 0 || zoneHours > 18 || zoneMinutes < 0 || zoneMinutes > 59) {
            return NONE;
        }
        int zoneOffset = (zoneHours * 60 + zoneMinutes) * (b[at + 22] == '-' ? -1 : 1);
        int year = year(b, at + 8);
        int day = two(b, at + 1);
        int hour = two(b, at + 13);
        int minute = two(b, at + 16);
        if (!plausible(year, month(b, at + 4), day, hour, minute)) {
            return NONE;
        }
        long days = LocalDate.of(year, month(b, at + 4), day).toEpochDay();
        return ((days * 24 + hour) * 60 + minute - zoneOffset) * 60_000L;
    }

    /**
     * Reads {@code [Sun Nov 22 03:03:22.123456 2026]} or, from Apache 2.2, {@code [Sun Nov 22 03:03:22 2026]}.
     *
     * @return the time; where it ends tells {@link #apacheErrorEnd}
     */
    long apacheError(byte[] b, int at, int limit) {
        int end = apacheErrorEnd(b, at, limit);
        if (end < 0) {
            return NONE;
        }
        int day = b[at + 9] == ' ' ? two((byte) '0', b[at + 10]) : two(b, at + 9);
        return local(
                year(b, end - 5),
                month(b, at + 5),
                day,
                two(b, at + 12),
                two(b, at + 15),
                two(b, at + 18),
                fraction(b, at));
    }

    /** Where the bracketed time that starts at {@code at} ends (exclusive), or -1 when there is none. */
    static int apacheErrorEnd(byte[] b, int at, int limit) {
        if (limit - at < 26
                || b[at] != '['
                || b[at + 4] != ' '
                || b[at + 8] != ' '
                || b[at + 11] != ' '
                || b[at + 14] != ':'
                || b[at + 17] != ':'
                || month(b, at + 5) == 0) {
            return -1;
        }
        int p = at + 20;
        if (b[p] == '.') {
            do {
                p++;
            } while (p < limit && p < at + 30 && b[p] >= '0' && b[p] <= '9');
        }
        return limit - p >= 6 && b[p] == ' ' && b[p + 5] == ']' && year(b, p + 1) >= 0 ? p + 6 : -1;
    }

    private static int fraction(byte[] b, int at) {
        return b[at + 20] == '.' && b[at + 21] >= '0' && b[at + 21] <= '9' && two(b, at + 22) >= 0
                ? (b[at + 21] - '0') * 100 + two(b, at + 22)
                : 0;
    }

    /** Reads {@code 2026/11/22 03:03:22 }, followed by a blank. */
    long nginxError(byte[] b, int at, int limit) {
        if (limit - at < 20
                || b[at + 4] != '/'
                || b[at + 7] != '/'
                || b[at + 10] != ' '
                || b[at + 13] != ':'
                || b[at + 16] != ':'
                || b[at + 19] != ' ') {
            return NONE;
        }
        return local(year(b, at), two(b, at + 5), two(b, at + 8), two(b, at + 11), two(b, at + 14), two(b, at + 17), 0);
    }

    private long local(int year, int month, int day, int hour, int minute, int second, int milli) {
        if (!plausible(year, month, day, hour, minute) || second < 0 || second > 60) {
            return NONE;
        }
        long key = (((year * 16L + month) * 32 + day) * 32 + hour) * 64 + minute;
        if (key != errorMinute) {
            try {
                errorBase = LocalDateTime.of(year, month, day, hour, minute)
                        .atZone(zone)
                        .toInstant()
                        .toEpochMilli();
            } catch (DateTimeException e) {
                throw new AssertionError("a plausible date", e);
            }
            errorMinute = key;
        }
        return errorBase + second * 1000L + milli;
    }

    private static boolean plausible(int year, int month, int day, int hour, int minute) {
        return year >= 1970
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= 31
                && hour >= 0
                && hour <= 23
                && minute >= 0
                && minute <= 59
                && (day <= 28 || day <= LocalDate.of(year, month, 1).lengthOfMonth());
    }

    /** 1 to 12, or 0 for no month. */
    private static int month(byte[] b, int at) {
        for (int month = 0; month < 12; month++) {
            if (b[at] == MONTHS.charAt(month * 3)
                    && b[at + 1] == MONTHS.charAt(month * 3 + 1)
                    && b[at + 2] == MONTHS.charAt(month * 3 + 2)) {
                return month + 1;
            }
        }
        return 0;
    }

    private static int year(byte[] b, int at) {
        int century = two(b, at);
        int rest = two(b, at + 2);
        return century < 0 || rest < 0 ? -1 : century * 100 + rest;
    }

    private static int two(byte[] b, int at) {
        return two(b[at], b[at + 1]);
    }

    private static int two(byte tens, byte ones) {
        int high = tens - '0';
        int low = ones - '0';
        return high < 0 || high > 9 || low < 0 || low > 9 ? -1 : high * 10 + low;
    }
}
