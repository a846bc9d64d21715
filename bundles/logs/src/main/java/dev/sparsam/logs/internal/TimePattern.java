package dev.sparsam.logs.internal;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;

/**
 * Reads times as {@code strftime} (POSIX) writes them in the C locale. Not thread-safe: it remembers the last minute read,
 * and where the last time ended.
 *
 * <p>Understood are {@code %Y %y %m %d %e %j %b %B %a %A %H %I %p %M %S %s %z %Z %T %F %D %R %n %t %%}; and, beyond POSIX,
 * {@code %k}: an hour with a blank for its first zero, and {@code %f}: a fraction of a second with its dot or comma, or nothing. A time without a zone is one of
 * the server's zone; one without a year (RFC 3164) is of the last year in which it lies at most a day after the reference.
 */
final class TimePattern {
    /** No time could be read. */
    static final long NONE = Long.MIN_VALUE;

    private static final String[] MONTHS = names("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec");
    private static final String[] DAYS = names("Sun Mon Tue Wed Thu Fri Sat");
    private static final List<byte[]> LONG_MONTHS =
            longNames("January February March April May June July August September October November December");
    private static final List<byte[]> LONG_DAYS = longNames("Sunday Monday Tuesday Wednesday Thursday Friday Saturday");
    private static final long DAY = 86_400_000;

    private final String text;
    private final byte[] pattern;
    private int end;

    private long cachedKey = NONE;
    private long cachedBase;

    private TimePattern(String text, byte[] pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /**
     * Compiles a pattern.
     *
     * @throws FormatException when something in it is not understood; it says what
     */
    static TimePattern of(String text) {
        String whole = text.replace("%T", "%H:%M:%S")
                .replace("%F", "%Y-%m-%d")
                .replace("%D", "%m/%d/%y")
                .replace("%R", "%H:%M")
                .replace("%h", "%b")
                .replace("%n", "\n")
                .replace("%t", "\t");
        for (int i = 0; i < whole.length(); i++) {
            if (whole.charAt(i) == '%'
                    && (++i == whole.length() || "YymdejbBaAHkIpMSszZf%".indexOf(whole.charAt(i)) < 0)) {
                throw new FormatException("time", text, "%" + (i < whole.length() ? whole.charAt(i) : ""));
            }
        }
        return new TimePattern(text, whole.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Where the time read last ends (exclusive). */
    int end() {
        return end;
    }

    @Override
    public String toString() {
        return text;
    }

    /**
     * Reads the time that starts at {@code at}.
     *
     * @param zone of a time that says none
     * @param reference milliseconds since 1970; a time without a year lies before, or shortly after
     * @return milliseconds since 1970, or {@link #NONE}
     */
    long read(byte[] b, int at, int limit, ZoneId zone, long reference) {
        int year = -1;
        int month = 1;
        int day = 1;
        int hour = 0;
        int minute = 0;
        int second = 0;
        int milli = 0;
        int half = -1;
        int offset = Integer.MAX_VALUE;
        long epoch = NONE;
        ZoneId named = zone;
        int p = at;
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i] != '%') {
                if (p >= limit || b[p] != pattern[i]) {
                    return NONE;
                }
                p++;
                continue;
            }
            int value;
            switch (pattern[++i]) {
                case 'Y' -> {
                    value = number(b, p, limit, 4);
                    year = value;
                    p += 4;
                }
                case 'y' -> {
                    value = number(b, p, limit, 2);
                    year = value < 69 ? 2000 + value : 1900 + value;
                    p += 2;
                }
                case 'm' -> {
                    value = number(b, p, limit, 2);
                    month = value;
                    p += 2;
                }
                case 'd' -> {
                    value = number(b, p, limit, 2);
                    day = value;
                    p += 2;
                }
                case 'e' -> {
                    boolean blank = p < limit && b[p] == ' ';
                    value = blank ? number(b, p + 1, limit, 1) : number(b, p, limit, 2);
                    day = value;
                    p += 2;
                }
                case 'j' -> {
                    value = number(b, p, limit, 3);
                    p += 3;
                }
                case 'b' -> {
                    value = name(b, p, limit, MONTHS);
                    month = value + 1;
                    p += 3;
                }
                case 'B' -> {
                    value = longName(b, p, limit, LONG_MONTHS);
                    month = value + 1;
                    p += value < 0 ? 0 : LONG_MONTHS.get(value).length;
                }
                case 'a' -> {
                    value = name(b, p, limit, DAYS);
                    p += 3;
                }
                case 'A' -> {
                    value = longName(b, p, limit, LONG_DAYS);
                    p += value < 0 ? 0 : LONG_DAYS.get(value).length;
                }
                case 'k' -> {
                    boolean blank = p < limit && b[p] == ' ';
                    value = blank ? number(b, p + 1, limit, 1) : number(b, p, limit, 2);
                    hour = value;
                    p += 2;
                }
                case 'H', 'I' -> {
                    value = number(b, p, limit, 2);
                    hour = value;
                    p += 2;
                }
                case 'p' -> {
                    boolean pm = p < limit && (b[p] | 0x20) == 'p';
                    value = p + 1 < limit && (pm || (b[p] | 0x20) == 'a') && (b[p + 1] | 0x20) == 'm' ? 0 : -1;
                    half = pm ? 1 : 0;
                    p += 2;
                }
                case 'M' -> {
                    value = number(b, p, limit, 2);
                    minute = value;
                    p += 2;
                }
                case 'S' -> {
                    value = number(b, p, limit, 2);
                    second = value;
                    p += 2;
                }
                case 's' -> {
                    int digits = digits(b, p, limit, 12);
                    value = digits < 9 ? -1 : 0;
                    epoch = value < 0 ? NONE : longNumber(b, p, digits) * 1000;
                    p += digits;
                }
                case 'f' -> {
                    value = 0;
                    if (p + 1 < limit && (b[p] == '.' || b[p] == ',') && digit(b[p + 1])) {
                        int digits = digits(b, p + 1, limit, 9);
                        milli = (int) (longNumber(b, p + 1, Math.min(3, digits))
                                * (digits == 1 ? 100 : digits == 2 ? 10 : 1));
                        p += 1 + digits;
                    }
                }
                case 'z' -> {
                    value = 0;
                    if (p < limit && b[p] == 'Z') {
                        offset = 0;
                        p++;
                    } else {
                        boolean colon = p + 3 < limit && b[p + 3] == ':';
                        int hours = number(b, p + 1, limit, 2);
                        int minutes = number(b, p + (colon ? 4 : 3), limit, 2);
                        boolean sign = p < limit && (b[p] == '+' || b[p] == '-');
                        value = sign && hours >= 0 && hours <= 18 && minutes >= 0 && minutes <= 59 ? 0 : -1;
                        offset = (hours * 60 + minutes) * (value == 0 && b[p] == '-' ? -1 : 1);
                        p += colon ? 6 : 5;
                    }
                }
                case 'Z' -> {
                    int from = p;
                    while (p < limit && (letter(b[p]) || digit(b[p]) || "/_+-".indexOf(b[p]) >= 0)) {
                        p++;
                    }
                    value = p > from ? 0 : -1;
                    named = value == 0 ? zone(new String(b, from, p - from, StandardCharsets.ISO_8859_1), zone) : zone;
                }
                default -> {
                    value = p < limit && b[p] == '%' ? 0 : -1;
                    p++;
                }
            }
            if (value < 0) {
                return NONE;
            }
        }
        end = p;
        if (epoch != NONE) {
            return epoch + milli;
        }
        if (half >= 0) {
            hour = hour % 12 + 12 * half;
        }
        if (month > 12 || month < 1 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) {
            return NONE;
        }
        long base = base(year, month, day, hour, minute, offset, named, reference);
        return base == NONE ? NONE : base + second * 1000L + milli;
    }

    private long base(int year, int month, int day, int hour, int minute, int offset, ZoneId zone, long reference) {
        long key = ((((year * 16L + month) * 32 + day) * 32 + hour) * 64 + minute) * 4096 + (offset & 4095);
        boolean cached = key == cachedKey && offset != Integer.MAX_VALUE;
        if (cached || (key == cachedKey && year >= 0 && zone.equals(cachedZone))) {
            return cachedBase;
        }
        try {
            ZoneId used = offset == Integer.MAX_VALUE ? zone : ZoneOffset.ofTotalSeconds(offset * 60);
            long base = year >= 0
                    ? millis(year, month, day, hour, minute, used)
                    : guessed(month, day, hour, minute, used, reference);
            cachedKey = key;
            cachedBase = base;
            cachedZone = zone;
            return base;
        } catch (DateTimeException e) {
            // 30 February, or 29 February of another year.
            return NONE;
        }
    }

    private ZoneId cachedZone = ZoneOffset.UTC;

    private static long guessed(int month, int day, int hour, int minute, ZoneId zone, long reference) {
        int now = Instant.ofEpochMilli(reference + DAY).atZone(zone).getYear();
        // The last leap day may lie eight years back.
        for (int year = now; year > now - 9; year--) {
            if (day < 29 || day <= YearMonth.of(year, month).lengthOfMonth()) {
                long millis = millis(year, month, day, hour, minute, zone);
                if (millis <= reference + DAY) {
                    return millis;
                }
            }
        }
        return NONE;
    }

    private static long millis(int year, int month, int day, int hour, int minute, ZoneId zone) {
        return LocalDateTime.of(year, month, day, hour, minute)
                .atZone(zone)
                .toInstant()
                .toEpochMilli();
    }

    private static ZoneId zone(String name, ZoneId otherwise) {
        try {
            return ZoneId.of(name, ZoneId.SHORT_IDS);
        } catch (DateTimeException e) {
            // CEST and the like are names of nothing certain; they are those of the server.
            return otherwise;
        }
    }

    private static int number(byte[] b, int at, int limit, int length) {
        if (limit - at < length) {
            return -1;
        }
        int value = 0;
        for (int p = at; p < at + length; p++) {
            if (!digit(b[p])) {
                return -1;
            }
            value = value * 10 + b[p] - '0';
        }
        return value;
    }

    private static int digits(byte[] b, int at, int limit, int most) {
        int p = at;
        while (p < limit && p - at < most && digit(b[p])) {
            p++;
        }
        return p - at;
    }

    private static long longNumber(byte[] b, int at, int length) {
        long value = 0;
        for (int p = at; p < at + length; p++) {
            value = value * 10 + b[p] - '0';
        }
        return value;
    }

    private static int name(byte[] b, int at, int limit, String[] names) {
        for (int i = 0; limit - at >= 3 && i < names.length; i++) {
            if (b[at] == names[i].charAt(0) && b[at + 1] == names[i].charAt(1) && b[at + 2] == names[i].charAt(2)) {
                return i;
            }
        }
        return -1;
    }

    private static int longName(byte[] b, int at, int limit, List<byte[]> names) {
        for (int i = 0; i < names.size(); i++) {
            byte[] name = names.get(i);
            if (limit - at >= name.length && Arrays.equals(b, at, at + name.length, name, 0, name.length)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean digit(byte c) {
        return c >= '0' && c <= '9';
    }

    private static boolean letter(byte c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static List<byte[]> longNames(String joined) {
        return Arrays.stream(names(joined))
                .map(name -> name.getBytes(StandardCharsets.US_ASCII))
                .toList();
    }

    private static String[] names(String joined) {
        return joined.split(" ", -1);
    }
}
