package dev.sparsam.logs.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sparsam.logs.LegalHold;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.logs.LogRules;
import dev.sparsam.logs.MaskingPolicy;
import dev.sparsam.logs.SiteRules;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStorage;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantTree;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.panel.spi.TenantTrees;
import dev.sparsam.settings.Settings;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells loggers ({@link PipeCommand}) which sites there are and what holds for them: writes what {@link PipeSites} reads. */
final class PipeSitesFile {
    private static final Logger LOG = LoggerFactory.getLogger(PipeSitesFile.class);

    /** Nobody writes for so long. */
    private static final Duration WRITTEN = Duration.ofMinutes(1);

    private static final String DAY = "%Y%m%d";
    /** What fits these fits all between them, as far as a pattern can tell. */
    private static final List<LocalDate> DAYS = List.of(LocalDate.of(2000, 1, 1), LocalDate.of(2099, 12, 31));
    /** What in a pattern does not stand for itself. */
    private static final Pattern SPECIAL = Pattern.compile("[*?\\[{\\\\]");

    private final Path file;
    private final WrittenSitesFiles written;
    private final Settings settings;
    private final TenantDirectory tenants;
    private final SiteDirectory sites;
    private final KeyStore keys;
    private final LegalHolds holds;
    private final ZoneId zone;
    private boolean stopped;
    /** The sites that are not in the file, with the pattern for their logs, as they have been reported. */
    private Map<SiteId, String> leftOut = Map.of();

    PipeSitesFile(
            Path file,
            WrittenSitesFiles written,
            Settings settings,
            TenantDirectory tenants,
            SiteDirectory sites,
            KeyStore keys,
            LegalHolds holds,
            ZoneId zone) {
        this.file = file;
        this.written = written;
        this.settings = settings;
        this.tenants = tenants;
        this.sites = sites;
        this.keys = keys;
        this.holds = holds;
        this.zone = zone;
    }

    /** From now on it is left as it is: somebody else may write it. */
    synchronized void stop() {
        stopped = true;
    }

    /** Either before {@link #stop} has ended, or never. */
    private synchronized boolean replace(Path fresh) throws IOException {
        if (!stopped) {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return !stopped;
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /**
     * Replaces the file if it does not say what holds now. Keys of days that are over leave it also when the panel cannot be
     * asked.
     *
     * @return whether it did not
     */
    boolean update() throws IOException {
        Optional<TenantTree> tree;
        try {
            tree = TenantTrees.read(tenants, sites);
        } catch (RuntimeException e) {
            takeOldKeys();
            throw e;
        }
        if (tree.stream().allMatch(each -> each.sites().isEmpty()) && Files.exists(file)) {
            // Rather not filled yet, or not to be read, than without a customer: all lines would be those of strangers.
            takeOldKeys();
            throw new IOException("The panel names no sites at the moment");
        }
        String text = text(tree);
        if (isStopped()) {
            // While the panel was asked, another one may have begun.
            return false;
        }
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        written.add(file);
        removeLeftovers(folder);
        if (Files.exists(file)
                && Files.readString(file).equals(text)
                && Files.getPosixFilePermissions(file).equals(WrittenSitesFiles.OWN)) {
            return false;
        }
        // A name of its own: another one may write meanwhile, such as the one that takes this one's place.
        Path fresh = Files.createTempFile(
                folder, prefix(), WrittenSitesFiles.FRESH, PosixFilePermissions.asFileAttribute(WrittenSitesFiles.OWN));
        try {
            WrittenSitesFiles.write(fresh, text);
            return replace(fresh);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private synchronized void takeOldKeys() throws IOException {
        LocalDate first = keys.firstAround();
        if (!stopped && WrittenSitesFiles.takeKeys(file, day -> day.isBefore(first))) {
            LOG.info("Keys of days that are over have been taken out of {}", file);
        }
    }

    private String prefix() {
        return file.getFileName() + ".";
    }

    /** There are keys in what a killed one was writing. */
    private void removeLeftovers(Path folder) throws IOException {
        Instant before = Instant.now().minus(WRITTEN);
        for (Path left :
                PipeFiles.list(folder, name -> name.startsWith(prefix()) && name.endsWith(WrittenSitesFiles.FRESH))) {
            if (Files.isRegularFile(left, LinkOption.NOFOLLOW_LINKS)
                    && Files.getLastModifiedTime(left).toInstant().isBefore(before)) {
                Files.deleteIfExists(left);
            }
        }
    }

    private String text(Optional<TenantTree> tree) throws IOException {
        List<Site> all = tree.stream().flatMap(each -> each.sites().stream()).toList();
        List<ScopePath> paths = tree.stream()
                .flatMap(each -> Stream.concat(
                        Stream.of(ScopePath.of(each.provider().scope())),
                        all.stream().map(each::path)))
                .toList();
        Map<Scope, SiteRules> rules = SiteRules.resolve(settings, paths);
        Map<SiteId, List<LogStream>> streams =
                sites.logStreams(all.stream().map(Site::id).toList());
        Map<SiteId, Set<String>> hosts = hosts(all, streams);
        Map<SiteId, Log> logs = logs(all, streams);
        Map<SiteId, Map<LocalDate, byte[]>> keyed = keys.around(all.stream()
                .filter(site -> logs.containsKey(site.id()))
                .filter(site ->
                        rules(rules, site).of(LogKind.WEB_ACCESS).masking().isKeyed())
                .collect(Collectors.toMap(Site::id, site -> rules(rules, site).keys())));
        Map<SiteId, LegalHold> held = holds.active();
        MaskingPolicy unknown = UnknownHosts.masking(
                rules.values().stream().map(each -> each.of(LogKind.WEB_ACCESS).masking()));
        OptionalInt shortest = OptionalInt.empty();
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("format", PipeSites.FORMAT);
            json.writeStringField("zone", zone.getId());
            json.writeArrayFieldStart("sites");
            for (Site site : sorted(all)) {
                if (access(streams.get(site.id())).isEmpty()) {
                    continue;
                }
                LogRules rule = rules(rules, site).of(LogKind.WEB_ACCESS);
                if (rule.live() instanceof RetentionRule.Days own) {
                    shortest = OptionalInt.of(Math.min(own.days(), shortest.orElse(own.days())));
                }
                Log log = logs.get(site.id());
                if (log == null) {
                    continue;
                }
                Set<String> names = Objects.requireNonNull(hosts.get(site.id()));
                json.writeStartObject();
                write(json, site, names, log, rule, keyed.getOrDefault(site.id(), Map.of()));
                LegalHold hold = held.get(site.id());
                if (hold != null) {
                    json.writeStringField("held", hold.lastDay().toString());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeObjectFieldStart("default");
            json.writeStringField("masking", unknown.toString());
            if (shortest.isPresent()) {
                json.writeNumberField("days", shortest.getAsInt());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        return text + "\n";
    }

    private static SiteRules rules(Map<Scope, SiteRules> rules, Site site) {
        return Objects.requireNonNull(rules.get(site.scope()));
    }

    private static List<Site> sorted(List<Site> sites) {
        return sites.stream()
                .collect(Collectors.toMap(Site::domain, site -> site, (one, other) -> one, TreeMap::new))
                .values()
                .stream()
                .toList();
    }

    private static Optional<LogStream> access(@Nullable List<LogStream> streams) {
        return streams == null
                ? Optional.empty()
                : streams.stream()
                        .filter(stream -> stream.kind() == LogKind.WEB_ACCESS && stream.storage() == LogStorage.LIVE)
                        .findFirst();
    }

    /**
     * What a site's lines are written to.
     *
     * @param file how its files are named
     */
    private record Log(LogStream stream, String file) {}

    /** The logs of each site that has some, but for those that no sweep would find; these are reported once. */
    private Map<SiteId, Log> logs(List<Site> all, Map<SiteId, List<LogStream>> streams) {
        Map<String, Optional<String>> files = new HashMap<>();
        Map<SiteId, Log> logs = new HashMap<>();
        Map<SiteId, String> without = new HashMap<>();
        for (Site site : all) {
            Optional<LogStream> stream = access(streams.get(site.id()));
            if (stream.isEmpty()) {
                continue;
            }
            String pattern = stream.get().files();
            Optional<String> file = files.computeIfAbsent(pattern, PipeSitesFile::file);
            if (file.isPresent()) {
                logs.put(site.id(), new Log(stream.get(), file.get()));
                continue;
            }
            without.put(site.id(), pattern);
            if (!pattern.equals(leftOut.get(site.id()))) {
                LOG.warn(
                        "Loggers take the lines of {} for those of an unknown host: no name that they can give to its access"
                                + " logs fits the panel's pattern \"{}\", so no sweep would find them. Have the panel name"
                                + " them otherwise, for example *-access.log",
                        site.domain(),
                        pattern);
            }
        }
        leftOut = without;
        return logs;
    }

    /** The names of each site that has logs: its own, that with www in front, and those of sites that have none. */
    private static Map<SiteId, Set<String>> hosts(List<Site> all, Map<SiteId, List<LogStream>> streams) {
        Map<SiteId, Site> byId = all.stream().collect(Collectors.toMap(Site::id, site -> site));
        Set<String> taken = all.stream().map(Site::domain).collect(Collectors.toSet());
        Map<SiteId, Set<String>> hosts = new HashMap<>();
        for (Site site : all) {
            Optional<Site> owner = Optional.of(site);
            // A parent of a parent is as far as a panel goes; what is a ring ends here too.
            for (int i = 0;
                    i < 8
                            && owner.isPresent()
                            && access(streams.get(owner.get().id())).isEmpty();
                    i++) {
                owner = owner.get().parent().flatMap(parent -> Optional.ofNullable(byId.get(parent)));
            }
            owner.ifPresent(with -> {
                Set<String> names = hosts.computeIfAbsent(with.id(), any -> new TreeSet<>());
                names.add(site.domain());
                if (!taken.contains("www." + site.domain())) {
                    names.add("www." + site.domain());
                }
            });
        }
        return hosts;
    }

    private static void write(
            JsonGenerator json, Site site, Set<String> hosts, Log log, LogRules rule, Map<LocalDate, byte[]> keys)
            throws IOException {
        json.writeStringField("domain", site.domain());
        json.writeArrayFieldStart("hosts");
        for (String host : hosts) {
            json.writeString(host);
        }
        json.writeEndArray();
        json.writeStringField("directory", log.stream.directory().toString());
        json.writeStringField("file", log.file);
        if (Files.isDirectory(log.stream.directory())) {
            // The panel does not say whose the logs are; its folder for them does.
            FileIdentity folder = FileIdentity.read(log.stream.directory());
            json.writeNumberField("owner", folder.uid());
            json.writeNumberField("group", folder.gid());
        }
        json.writeStringField("masking", rule.masking().toString());
        if (!keys.isEmpty()) {
            json.writeObjectFieldStart("keys");
            for (Map.Entry<LocalDate, byte[]> key : new TreeMap<>(keys).entrySet()) {
                json.writeStringField(
                        key.getKey().toString(), Base64.getEncoder().encodeToString(key.getValue()));
            }
            json.writeEndObject();
        }
        if (rule.live() instanceof RetentionRule.Days own) {
            json.writeNumberField("days", own.days());
        }
        json.writeBooleanField("log", !(rule.live() instanceof RetentionRule.NoLogging));
    }

    /**
     * A name that the panel's pattern fits on any day, with the day in it if there is one; empty when there is none that a
     * logger can give.
     */
    static Optional<String> file(String pattern) {
        PathMatcher fits;
        try {
            fits = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (PatternSyntaxException e) {
            // Sweeps report it as well.
            return Optional.empty();
        }
        String start = SPECIAL.split(pattern, 2)[0];
        return Stream.of(
                        PipeSites.DAILY,
                        start + "-" + DAY,
                        start,
                        pattern.replaceFirst("\\*", DAY).replace("*", ""),
                        pattern.replace("????????", DAY).replace("*", ""))
                .filter(PipeSites::isFile)
                .filter(name -> DAYS.stream().allMatch(day -> fits.matches(Path.of(PipeSites.fileOf(name, day)))))
                .findFirst();
    }
}
