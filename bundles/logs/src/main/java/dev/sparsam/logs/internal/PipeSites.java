package dev.sparsam.logs.internal;

import dev.sparsam.logs.MaskingPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which virtual host's lines go where, and what is masked in them: the file that the running Sparsam writes, or somebody by
 * hand; {@code docs/pipe.md} describes it.
 *
 * @param zone of times that say none; by it the days of keys begin
 * @param other what is masked in the lines of unknown hosts
 * @param otherFile the names of files for them
 * @param otherDays how long these may be kept; empty when the file does not say
 * @param hosts the sites by virtual host, lower case; {@code *.example.org} stands for all below
 * @param faults what in the file is wrong
 */
record PipeSites(
        ZoneId zone,
        MaskingPolicy other,
        String otherFile,
        Optional<Long> otherDays,
        Map<String, Site> hosts,
        List<Fault> faults) {
    static final String FORMAT = "sparsam-pipe/1";
    static final String DAILY = "%Y%m%d-access.log";

    /** What holds while there is no file. */
    static final PipeSites NONE =
            new PipeSites(ZoneId.systemDefault(), UnknownHosts.LEAST, DAILY, Optional.empty(), Map.of(), List.of());

    /** A name for a file: letters of POSIX, and what dates are made of. */
    private static final Pattern FILE = Pattern.compile("(?!\\.)(?:[A-Za-z0-9._-]++|%[Ymd])++");

    private static final Pattern HOST = Pattern.compile("(?:\\*\\.)?[a-z0-9_.:\\[\\]-]+");
    private static final Pattern DOMAIN = Pattern.compile("(?!\\.)[a-z0-9_.-]+");
    private static final int OTHERS = 077;
    /** The highest number of a user or group; one more means none: chown(2). */
    private static final long MOST_OWNERS = 0xffff_fffeL;

    private static final long MOST_DAYS = 36_500;

    /**
     * A site.
     *
     * @param domain its name, also in file names
     * @param directory absolute
     * @param file the name of its files, with {@code %Y}, {@code %m} and {@code %d} for the day
     * @param owner the number of the user whom they belong to
     * @param group likewise
     * @param mode their permissions
     * @param masking what is masked
     * @param keys of pseudonyms and hashes, by day, in Base64
     * @param keeps whether there is to be a log at all
     * @param days how long its lines may be kept; empty when the file does not say
     * @param held the last day of a legal hold
     */
    record Site(
            String domain,
            Path directory,
            String file,
            Optional<Long> owner,
            Optional<Long> group,
            int mode,
            MaskingPolicy masking,
            Map<LocalDate, String> keys,
            boolean keeps,
            Optional<Long> days,
            Optional<LocalDate> held) {
        Site {
            keys = Map.copyOf(keys);
        }

        /** Without the keys that are no longer handed out: they may have been destroyed. */
        Site with(DataFile handedOut) {
            Map<LocalDate, String> still = new HashMap<>(keys);
            still.values().retainAll(handedOut.values().values());
            return new Site(domain, directory, file, owner, group, mode, masking, still, keeps, days, held);
        }

        /** Whether none of its lines may be deleted. */
        boolean isHeld(LocalDate today) {
            return held.filter(last -> !last.isBefore(today)).isPresent();
        }

        PipeTarget target(LocalDate day) {
            return new PipeTarget(domain, directory, fileOf(file, day), owner, group, mode);
        }
    }

    /** What of the file is wrong. */
    enum Part {
        SITE,
        /** The zone, or what holds for unknown hosts. */
        FIELD
    }

    /**
     * Something wrong with a part of the file.
     *
     * @param part of what kind it is
     * @param name a site's domain, or where it stands; the name of a field
     * @param problem what is wrong
     * @param kept whether what was known before holds; if not, a site's lines are those of unknown hosts, and of a field the
     *     built-in value holds
     */
    record Fault(Part part, String name, String problem, boolean kept) {}

    PipeSites {
        hosts = Map.copyOf(hosts);
        faults = List.copyOf(faults);
    }

    static String fileOf(String pattern, LocalDate day) {
        return pattern.indexOf('%') < 0
                ? pattern
                : pattern.replace("%Y", String.format(Locale.ROOT, "%04d", day.getYear()))
                        .replace("%m", String.format(Locale.ROOT, "%02d", day.getMonthValue()))
                        .replace("%d", String.format(Locale.ROOT, "%02d", day.getDayOfMonth()));
    }

    /** Whether it can be the name of files. */
    static boolean isFile(String pattern) {
        return FILE.matcher(pattern).matches();
    }

    /** The site of a virtual host, written as the server writes it: with a port, perhaps, and in any case. */
    Optional<Site> of(String written) {
        Site exactly = hosts.get(written);
        if (exactly != null) {
            return Optional.of(exactly);
        }
        String host = written.toLowerCase(Locale.ROOT);
        int colon = host.lastIndexOf(':');
        // Of an IPv6 address without brackets the last group is no port.
        if (colon >= 0 && (host.indexOf(':') == colon || (colon > 0 && host.charAt(colon - 1) == ']'))) {
            host = host.substring(0, colon);
        }
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        Site site = hosts.get(host);
        for (int dot = host.indexOf('.'); site == null && dot >= 0; dot = host.indexOf('.', dot + 1)) {
            site = hosts.get("*" + host.substring(dot));
        }
        return Optional.ofNullable(site);
    }

    /** Reads the file as long as nothing is known. */
    static PipeSites read(Path file) throws IOException {
        return read(file, NONE);
    }

    /**
     * Reads the file. A site or field with something wrong is as it was before, if it was; all else does not suffer for it.
     *
     * @param before what was known until now
     * @throws IllegalArgumentException when it is no such file, or others may read keys in it; the message says what is
     *     wrong, and where
     */
    static PipeSites read(Path file, PipeSites before) throws IOException {
        DataFile all;
        try {
            all = DataFile.parse(file.toString(), Files.readString(file));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "it is no JSON: " + e.getOriginalMessage() + ", line "
                            + (e.getLocation() == null
                                    ? "?"
                                    : String.valueOf(e.getLocation().getLineNr())),
                    e);
        }
        if (!all.text("format").equals(Optional.of(FORMAT))) {
            throw new IllegalArgumentException("its \"format\" must be \"" + FORMAT + "\"");
        }
        if (!(all.values().getOrDefault("sites", List.of()) instanceof List<?>)) {
            throw new IllegalArgumentException("\"sites\" must be a list");
        }
        Map<String, Site> hosts = new HashMap<>();
        Map<DataFile, String> wrong = new LinkedHashMap<>();
        List<DataFile> sites = all.objects("sites");
        for (int i = 0; i < sites.size(); i++) {
            try {
                add(sites.get(i), hosts);
            } catch (IllegalArgumentException | IllegalStateException e) {
                String name = sites.get(i).text("domain").orElse("site " + (i + 1));
                wrong.put(new DataFile(name, sites.get(i).values()), String.valueOf(e.getMessage()));
            }
        }
        List<Fault> faults = new ArrayList<>();
        wrong.forEach((entry, problem) ->
                faults.add(new Fault(Part.SITE, entry.name(), problem, keep(entry, before, hosts))));
        if (hosts.values().stream().anyMatch(site -> !site.keys.isEmpty())
                && (FileIdentity.read(file).mode() & OTHERS) != 0) {
            throw new IllegalArgumentException("there are keys in it, so nobody but its owner may read it: chmod 600");
        }
        Fields fields = new Fields(before, faults);
        ZoneId zone = fields.read("zone", () -> all.text("zone").map(ZoneId::of).orElse(NONE.zone), before.zone);
        if (!(all.values().getOrDefault("default", Map.of()) instanceof Map<?, ?>)) {
            fields.wrong("default", "it must be an object");
            return new PipeSites(zone, before.other, before.otherFile, before.otherDays, hosts, faults);
        }
        DataFile other = all.object("default");
        return new PipeSites(
                zone,
                fields.read(
                        "default.masking",
                        () -> other.text("masking")
                                .map(MaskingPolicy::parse)
                                .map(masking -> UnknownHosts.masking(Stream.of(masking)))
                                .orElse(NONE.other),
                        before.other),
                fields.read(
                        "default.file",
                        () -> checked(FILE, other.text("file").orElse(DAILY), "\"file\""),
                        before.otherFile),
                fields.read("default.days", () -> days(other), before.otherDays),
                hosts,
                faults);
    }

    /**
     * Reads fields one by one.
     *
     * @param before what was known until now
     * @param faults where to say what is wrong
     */
    private record Fields(PipeSites before, List<Fault> faults) {
        <T> T read(String name, Supplier<T> value, T otherwise) {
            try {
                return value.get();
            } catch (IllegalArgumentException | DateTimeException e) {
                wrong(name, String.valueOf(e.getMessage()));
                return otherwise;
            }
        }

        void wrong(String name, String problem) {
            boolean known = !before.equals(NONE)
                    && before.faults.stream()
                            .filter(fault -> !fault.kept && fault.part == Part.FIELD)
                            .noneMatch(fault -> name.startsWith(fault.name));
            faults.add(new Fault(Part.FIELD, name, problem, known));
        }
    }

    /** Adds a site with all its hosts, or with none. */
    private static void add(DataFile entry, Map<String, Site> hosts) {
        Site site = site(entry);
        List<String> names = entry.texts("hosts");
        Map<String, Site> own = new HashMap<>();
        for (String name : names.isEmpty() ? List.of(site.domain) : names) {
            String host = checked(HOST, name.toLowerCase(Locale.ROOT), "\"hosts\"");
            Site other = hosts.get(host);
            if (other != null) {
                throw new IllegalArgumentException("\"hosts\": " + host + " belongs to " + other.domain + " already");
            }
            own.put(host, site);
        }
        hosts.putAll(own);
    }

    /** Adds a site as it was before, with the hosts that nobody else has now. Returns whether there are any. */
    private static boolean keep(DataFile entry, PipeSites before, Map<String, Site> hosts) {
        String domain = entry.name().toLowerCase(Locale.ROOT);
        boolean kept = false;
        for (Map.Entry<String, Site> host : before.hosts.entrySet()) {
            if (host.getValue().domain.equals(domain)) {
                kept |= hosts.putIfAbsent(host.getKey(), host.getValue().with(entry.object("keys"))) == null;
            }
        }
        return kept;
    }

    private static Site site(DataFile site) {
        Path directory = Path.of(site.required("directory"));
        if (!directory.isAbsolute() || directory.toString().chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("\"directory\" must be an absolute path, not \"" + directory + "\"");
        }
        return new Site(
                checked(DOMAIN, site.required("domain").toLowerCase(Locale.ROOT), "\"domain\""),
                directory.normalize(),
                checked(FILE, site.text("file").orElse(DAILY), "\"file\""),
                number(site, "owner", 10, MOST_OWNERS),
                number(site, "group", 10, MOST_OWNERS),
                number(site, "mode", 8, 0777).orElse(0640L).intValue(),
                site.text("masking").map(MaskingPolicy::parse).orElse(MaskingPolicy.DEFAULT),
                keys(site.object("keys")),
                !site.text("log").equals(Optional.of("false")),
                days(site),
                held(site));
    }

    private static Map<LocalDate, String> keys(DataFile days) {
        Map<LocalDate, String> keys = new HashMap<>();
        for (String day : days.values().keySet()) {
            String key = days.text(day).orElse("");
            try {
                if (Base64.getDecoder().decode(key).length == DayKeys.LENGTH) {
                    keys.put(LocalDate.parse(day), key);
                    continue;
                }
            } catch (DateTimeException | IllegalArgumentException e) {
                throw new IllegalArgumentException(wrongKey(day), e);
            }
            throw new IllegalArgumentException(wrongKey(day));
        }
        return keys;
    }

    /** Not what it says instead: it may be a key, and this ends up in a log. */
    private static String wrongKey(String day) {
        return "\"keys\" must be days, such as 2026-11-22, with " + DayKeys.LENGTH + " bytes in Base64 each; that of \""
                + day + "\" is not";
    }

    private static String checked(Pattern pattern, String text, String where) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException(where + " cannot be \"" + text + "\"");
        }
        return text;
    }

    private static Optional<LocalDate> held(DataFile site) {
        return site.text("held").map(day -> {
            try {
                return LocalDate.parse(day);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("\"held\" must be a day such as 2026-11-22, not \"" + day + "\"", e);
            }
        });
    }

    private static Optional<Long> days(DataFile of) {
        return number(of, "days", 10, MOST_DAYS).map(days -> {
            if (days == 0) {
                throw new IllegalArgumentException("\"days\" cannot be 0");
            }
            return days;
        });
    }

    private static Optional<Long> number(DataFile site, String key, int radix, long most) {
        return site.text(key).map(text -> {
            try {
                long number = Long.parseLong(text, radix);
                if (number >= 0 && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("\"" + key + "\" cannot be \"" + text + "\"", e);
            }
            throw new IllegalArgumentException("\"" + key + "\" cannot be " + text);
        });
    }
}
