package dev.sparsam.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparsam.sample.SampleProvider.Options;
import dev.sparsam.sample.SampleProvider.Summary;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleProviderTest {
    private static final Instant UNTIL = Instant.parse("2026-11-22T15:27:03Z");
    private static final Options FULL = new Options(1, UNTIL, 40, 0.1, ZoneId.of("Europe/Berlin"), false);
    private static final Options SMALL = new Options(1, UNTIL, 4, 0.05, ZoneOffset.UTC, false);
    private static final Pattern ACCESS_TIME =
            Pattern.compile("\\[(\\d\\d/\\w{3}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4})]");
    private static final DateTimeFormatter ACCESS_FORMAT =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

    @TempDir
    static Path shared;

    static Path sample = Path.of("");
    static Summary summary = new Summary(0, 0, 0, 0);

    @TempDir
    Path temp;

    @BeforeAll
    static void generateOnce() throws IOException {
        sample = shared.resolve("new").resolve("sample");
        summary = SampleProvider.generate(sample, FULL);
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    private static List<Path> logFiles(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder.resolve("logs"))) {
            return paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] content(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (!file.toString().endsWith(".gz")) {
            return bytes;
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        }
    }

    private static List<String> lines(Path file) throws IOException {
        return new String(content(file), StandardCharsets.ISO_8859_1)
                .replace("\0", "")
                .lines()
                .toList();
    }

    private static boolean isAccess(Path file) {
        return file.getFileName().toString().contains("access");
    }

    private static Map<String, String> snapshot(Path folder) throws Exception {
        Map<String, String> entries = new TreeMap<>();
        List<Path> all;
        try (Stream<Path> paths = Files.walk(folder)) {
            all = paths.toList();
        }
        for (Path path : all) {
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
            String what = mode;
            if (Files.isSymbolicLink(path)) {
                what = "-> " + Files.readSymbolicLink(path);
            } else if (Files.isRegularFile(path)) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path));
                what += " " + new BigInteger(1, hash).toString(16);
                what += path.startsWith(folder.resolve("logs")) ? " " + Files.getLastModifiedTime(path) : "";
            }
            entries.put(folder.relativize(path).toString(), what);
        }
        return entries;
    }

    @Test
    void theSameOptionsGiveTheSameTreeByteForByte() throws Exception {
        Path out = temp.resolve("s");
        SampleProvider.generate(out, SMALL);
        Map<String, String> first = snapshot(out);
        SampleProvider.generate(out, SMALL);
        assertThat(snapshot(out)).isEqualTo(first).hasSizeGreaterThan(300);
    }

    @Test
    void anotherSeedGivesOtherLogsOfTheSameSites() throws Exception {
        Path out = temp.resolve("s");
        SampleProvider.generate(out, SMALL);
        Map<String, String> first = snapshot(out);
        SampleProvider.generate(out, new Options(2, UNTIL, 4, 0.05, ZoneOffset.UTC, false));
        Map<String, String> second = snapshot(out);
        assertThat(second.keySet()).isEqualTo(first.keySet());
        assertThat(second.get("provider.json")).isEqualTo(first.get("provider.json"));
        assertThat(second.get("logs/web1/baeckerei-lindner.example/access.log.1"))
                .isNotEqualTo(first.get("logs/web1/baeckerei-lindner.example/access.log.1"));
    }

    @Test
    void theInventoryHasTwoResellersTwelveCustomersAndSixtySites() throws IOException {
        JsonNode provider = json(sample.resolve("provider.json"));
        assertThat(provider.get("format").asText()).isEqualTo("sparsam-panel/1");
        assertThat(provider.get("tenants").findValuesAsText("kind"))
                .hasSize(15)
                .containsOnlyOnce("PROVIDER")
                .satisfies(kinds ->
                        assertThat(kinds.stream().filter("RESELLER"::equals)).hasSize(2))
                .satisfies(kinds ->
                        assertThat(kinds.stream().filter("CUSTOMER"::equals)).hasSize(12));
        assertThat(provider.get("sites")).hasSize(60);
        assertThat(provider.get("sites").findValuesAsText("domain")).doesNotHaveDuplicates();
        assertThat(summary.domains()).isEqualTo(60);
    }

    @Test
    void theTreeIsSound() throws IOException {
        JsonNode provider = json(sample.resolve("provider.json"));
        Map<String, String> kinds = new HashMap<>();
        Map<String, Set<String>> customersOf = new HashMap<>();
        for (JsonNode tenant : provider.get("tenants")) {
            String parent = tenant.path("parent").asText("");
            kinds.put(tenant.get("id").asText(), tenant.get("kind").asText());
            assertThat(kinds.getOrDefault(parent, ""))
                    .isIn(
                            switch (tenant.get("kind").asText()) {
                                case "PROVIDER" -> List.of("");
                                case "RESELLER" -> List.of("PROVIDER");
                                default -> List.of("PROVIDER", "RESELLER");
                            });
            if (tenant.get("kind").asText().equals("CUSTOMER")) {
                customersOf
                        .computeIfAbsent(parent, key -> new HashSet<>())
                        .add(tenant.get("id").asText());
            }
        }
        assertThat(customersOf).hasSize(3);
        Map<String, String> owners = new HashMap<>();
        for (JsonNode site : provider.get("sites")) {
            owners.put(site.get("id").asText(), site.get("tenant").asText());
            assertThat(kinds.get(site.get("tenant").asText())).isEqualTo("CUSTOMER");
            assertThat(site.get("domain").asText())
                    .matches("([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+(example|test|example\\.(com|net|org))");
            if (site.has("parent")) {
                assertThat(owners.get(site.get("parent").asText()))
                        .isEqualTo(site.get("tenant").asText());
            }
        }
        assertThat(owners.values()).contains("k1001", "k1012");
        assertThat(new HashSet<>(owners.values())).hasSize(12);
        assertThat(provider.get("sites").findValuesAsText("domain")).anyMatch(domain -> domain.startsWith("xn--"));
    }

    @Test
    void everyLogFileBelongsToExactlyOneStreamOfTheInventory() throws IOException {
        List<Path> matched = new ArrayList<>();
        for (JsonNode site : json(sample.resolve("provider.json")).get("sites")) {
            for (JsonNode log : site.get("logs")) {
                Path directory = Path.of(log.get("directory").asText());
                assertThat(directory).isAbsolute().startsWithRaw(sample.toRealPath());
                if (Files.isDirectory(directory)) {
                    try (var files =
                            Files.newDirectoryStream(directory, log.get("files").asText())) {
                        files.forEach(file -> {
                            assertThat(isAccess(file))
                                    .isEqualTo(log.get("kind").asText().equals("WEB_ACCESS"));
                            if (!Files.isSymbolicLink(file)) {
                                matched.add(sample.resolve(sample.relativize(file)));
                            }
                        });
                    }
                }
            }
        }
        assertThat(matched).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(logFiles(sample));
    }

    @Test
    void someSitesHaveLogsOfOtherServicesThatCarryTheirKind() throws IOException {
        Map<String, Set<String>> files = new TreeMap<>();
        int sites = 0;
        for (JsonNode site : json(sample.resolve("provider.json")).get("sites")) {
            for (JsonNode log : site.get("logs")) {
                String kind = log.get("kind").asText();
                if (!kind.startsWith("WEB_")) {
                    String current = log.get("files").asText().replace("*", "");
                    files.computeIfAbsent(kind, key -> new HashSet<>()).add(current);
                    Path directory = Path.of(log.get("directory").asText());
                    assertThat(directory.resolve(current)).isNotEmptyFile();
                    assertThat(directory.resolve(current + ".2.gz")).exists();
                    sites++;
                }
            }
        }
        assertThat(files)
                .isEqualTo(Map.of(
                        "MAIL", Set.of("mail.log"),
                        "FTP", Set.of("proftpd.log", "vsftpd.log", "xferlog"),
                        "SSH", Set.of("auth.log"),
                        "APPLICATION", Set.of("php-fpm.log")));
        assertThat(sites).isBetween(12, 25);
    }

    @Test
    void allLayoutsAreThere() throws IOException {
        List<String> names = logFiles(sample).stream()
                .map(path -> sample.resolve("logs").relativize(path).toString())
                .toList();
        for (String layout : List.of(
                "web1/.+/access\\.log",
                "web1/.+/access\\.log\\.1",
                "web1/.+/access\\.log\\.40\\.gz",
                "web1/.+/error\\.log\\.2\\.gz",
                "web1/.+/other_vhosts_access\\.log\\.2\\.gz",
                "web2/.+/20261122-access\\.log",
                "web2/.+/20261121-access\\.log",
                "web2/.+/20261120-access\\.log\\.gz",
                "web2/.+/20261013-access\\.log\\.gz",
                "web2/.+/error\\.log\\.1\\.gz",
                "web3/.+/error\\.log\\.1",
                "web3/.+/access\\.log-20261122\\.gz")) {
            assertThat(names).anyMatch(name -> name.matches(layout));
        }
        assertThat(names).noneMatch(name -> name.matches("web1/tv-gruenau.example/access.log.8.gz"));
    }

    @Test
    void theSummaryCountsWhatIsThere() throws IOException {
        long lines = 0;
        long bytes = 0;
        for (Path file : logFiles(sample)) {
            byte[] content = content(file);
            bytes += content.length;
            for (byte b : content) {
                lines += b == '\n' ? 1 : 0;
            }
            lines += content.length > 0 && content[content.length - 1] != '\n' ? 1 : 0;
        }
        assertThat(new Summary(60, logFiles(sample).size(), lines, bytes)).isEqualTo(summary);
        // A tenth of what the demo gets; the long lines and the files with one line make it a little more.
        assertThat(bytes).isBetween(1_800_000L, 4_000_000L);
        assertThat(summary.files()).isBetween(2000L, 5000L);
    }

    @Test
    void theLogsSpanFortyDaysUpToNow() throws IOException {
        Instant oldest = UNTIL;
        Instant newest = Instant.EPOCH;
        int[] hours = new int[24];
        for (Path file : logFiles(sample)) {
            if (!isAccess(file)) {
                continue;
            }
            for (String line : lines(file)) {
                Matcher matcher = ACCESS_TIME.matcher(line);
                assertThat(matcher.find()).isTrue();
                OffsetDateTime at = OffsetDateTime.parse(matcher.group(1), ACCESS_FORMAT);
                oldest = at.toInstant().isBefore(oldest) ? at.toInstant() : oldest;
                newest = at.toInstant().isAfter(newest) ? at.toInstant() : newest;
                hours[at.getHour()]++;
            }
        }
        Instant first = UNTIL.atZone(FULL.zone()).minusDays(40).toInstant();
        assertThat(oldest).isBetween(first.minusSeconds(3), first.plus(Duration.ofHours(2)));
        assertThat(newest).isBetween(UNTIL.minusSeconds(600), UNTIL);
        assertThat(hours[3]).isLessThan(hours[11] / 2);
        assertThat(hours[20]).isGreaterThan(hours[5] * 2);
    }

    @Test
    void filesAreNotReadableByOthersAndLastModifiedWhenAServerWouldHave() throws IOException {
        Set<Path> touched = new HashSet<>(planted(sample, "touched-mtime"));
        assertThat(touched).hasSize(3);
        for (Path file : logFiles(sample)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-r-----");
            Instant modified = Files.getLastModifiedTime(file).toInstant();
            assertThat(modified).isBeforeOrEqualTo(UNTIL);
            List<String> lines = lines(file);
            if (!isAccess(file) || lines.isEmpty()) {
                continue;
            }
            Matcher matcher = ACCESS_TIME.matcher(lines.get(lines.size() - 1));
            assertThat(matcher.find()).isTrue();
            Instant last = OffsetDateTime.parse(matcher.group(1), ACCESS_FORMAT).toInstant();
            Duration later = Duration.between(last, modified);
            if (touched.contains(file)) {
                assertThat(later).isGreaterThan(Duration.ofDays(30));
            } else {
                // ISPConfig compresses two days after the file's day began.
                assertThat(later).isBetween(Duration.ZERO, Duration.ofHours(49));
            }
        }
    }

    @Test
    void everyAddressIsOfADocumentationRange() throws IOException {
        Pattern quad = Pattern.compile("(?<![A-Za-z0-9/.])[0-9]{1,3}(\\.[0-9]{1,3}){3}(?![A-Za-z0-9.])");
        Pattern inQuery = Pattern.compile("[?&](?:ip|client)=([^&\" ]+)");
        Pattern inError = Pattern.compile("\\[client ([^]]+)](?= ModSec)|\\[client ([^]]+):[0-9]+]|, client: ([^,]+),");
        int checked = 0;
        for (Path file : logFiles(sample)) {
            boolean vhosts = file.getFileName().toString().startsWith("other_vhosts");
            for (String line : lines(file)) {
                if (isAccess(file)) {
                    checkClient(line.split(" ", 3)[vhosts ? 1 : 0]);
                    checked++;
                } else {
                    Matcher matcher = inError.matcher(line);
                    while (matcher.find()) {
                        for (int group = 1; group <= 3; group++) {
                            if (matcher.group(group) != null) {
                                checkClient(matcher.group(group));
                                checked++;
                            }
                        }
                    }
                }
                Matcher query = inQuery.matcher(line);
                while (query.find()) {
                    checkClient(query.group(1).replace("%3A", ":"));
                }
                Matcher anywhere = quad.matcher(line);
                while (anywhere.find()) {
                    checkClient(anywhere.group());
                }
            }
        }
        assertThat(checked).isGreaterThan(10_000);
    }

    private static void checkClient(String client) throws IOException {
        Matcher name = Pattern.compile("(?:p([0-9a-f]{8})\\.dip|host-([0-9-]+)\\.pool)\\.zugang\\.example")
                .matcher(client);
        if (name.matches()) {
            byte[] address = name.group(1) == null
                    ? InetAddress.getByName(name.group(2).replace('-', '.')).getAddress()
                    : new BigInteger(name.group(1), 16)
                            .or(BigInteger.ONE.shiftLeft(32))
                            .toByteArray();
            assertThat(isDocumentationIpv4(address, address.length - 4))
                    .as(client)
                    .isTrue();
            return;
        }
        String text = client.replaceFirst("%eth[01]$", "");
        // Only literals, so that nothing is looked up.
        assertThat(text).matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|(?=.*:)[0-9A-Fa-f:.]+");
        InetAddress address = InetAddress.getByName(text);
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            assertThat(isDocumentationIpv4(bytes, 0)).as(client).isTrue();
            return;
        }
        String hex = new BigInteger(1, bytes).toString(16);
        byte[] inverted = new byte[16];
        for (int i = 0; i < 16; i++) {
            inverted[i] = (byte) ~bytes[i];
        }
        boolean teredo =
                hex.startsWith("20010000") && isDocumentationIpv4(bytes, 4) && isDocumentationIpv4(inverted, 12);
        boolean sixToFour = hex.startsWith("2002") && isDocumentationIpv4(bytes, 2);
        assertThat(hex.startsWith("20010db8") || hex.startsWith("3fff0") || teredo || sixToFour)
                .as(client)
                .isTrue();
    }

    private static boolean isDocumentationIpv4(byte[] bytes, int at) {
        return List.of("192.0.2", "198.51.100", "203.0.113")
                .contains((bytes[at] & 0xff) + "." + (bytes[at + 1] & 0xff) + "." + (bytes[at + 2] & 0xff));
    }

    @Test
    void everyNameIsOfAReservedDomain() throws IOException {
        Pattern host = Pattern.compile("(?:https?://|[a-z]@|%40|host: \"|server: )([a-z0-9.-]+\\.[a-z]+)");
        int checked = 0;
        for (Path file : logFiles(sample)) {
            for (String line : lines(file)) {
                Matcher matcher = host.matcher(line);
                while (matcher.find()) {
                    assertThat(matcher.group(1)).matches("(.+\\.)?(example|test|example\\.(com|net|org))");
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(5000);
    }

    private static List<Path> planted(Path folder, String problem) throws IOException {
        List<Path> paths = new ArrayList<>();
        for (JsonNode entry : json(folder.resolve("planted.json")).get("planted")) {
            if (entry.get("problem").asText().equals(problem)) {
                paths.add(folder.resolve(entry.get("path").asText()));
            }
        }
        return paths;
    }

    @Test
    void everyProblemButDamageIsPlanted() throws IOException {
        Set<String> found = new HashSet<>(
                json(sample.resolve("planted.json")).get("planted").findValuesAsText("problem"));
        Set<String> expected = new HashSet<>();
        for (Problem problem : Problem.values()) {
            if (problem != Problem.TRUNCATED_GZIP) {
                expected.add(problem.id());
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "host-name-client (?m)^\\S+\\.zugang\\.example\\s-",
                "zone-id (?m)^[0-9A-Fa-f:]+%eth[01]\\s-",
                "address-in-query [?&](ip|client)=[0-9a-fA-F]",
                "email-in-query (mail|email)=[a-z.]+(@|%40)",
                "latin1-bytes M\u00fcllers.*\u00d6sterreich",
                "long-line (?m)^.{100000,}$",
                "nul-hole ^\\x00{4096}[0-9a-f]",
                "crlf-lines ^([^\\n]+\\r\\n)+$",
                "no-final-newline [^\\n]\\z",
                "stack-trace (?m)^Stack\\strace:\\n#0",
                "empty-file \\A\\z"
            })
    void aPlantedProblemIsWhereTheReportSays(String problem, String pattern) throws IOException {
        List<Path> files = planted(sample, problem);
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            String text = new String(content(file), StandardCharsets.ISO_8859_1);
            assertThat(Pattern.compile(pattern).matcher(text).find())
                    .as(file.toString())
                    .isTrue();
        }
    }

    @Test
    void sitesWithoutFilesAreThereAndNamed() throws IOException {
        assertThat(planted(sample, "empty-directory"))
                .singleElement()
                .satisfies(folder -> assertThat(folder).isEmptyDirectory());
        assertThat(planted(sample, "missing-directory"))
                .singleElement()
                .satisfies(folder -> assertThat(folder).doesNotExist());
        assertThat(planted(sample, "symbolic-link"))
                .singleElement()
                .satisfies(link -> assertThat(link).isSymbolicLink().isRegularFile());
        assertThat(planted(sample, "no-logs")).hasSize(4);
    }

    @Test
    void damageCutsOffExactlyOneFile() throws IOException {
        Path out = temp.resolve("s");
        SampleProvider.generate(out, new Options(1, UNTIL, 4, 0.05, ZoneOffset.UTC, true));
        List<Path> broken = new ArrayList<>();
        for (Path file : logFiles(out)) {
            try {
                content(file);
            } catch (EOFException e) {
                broken.add(file);
            }
        }
        assertThat(broken).hasSize(1).isEqualTo(planted(out, "truncated-gzip"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2026-11-22T00:00:00Z", "2026-11-22T00:00:05Z", "2024-02-29T23:59:59Z", "2026-03-29T01:30:00Z"})
    void noLineIsLaterThanTheEndWheneverThatIs(String until) throws IOException {
        Instant end = Instant.parse(until);
        for (String zone : List.of("Z", "Europe/Berlin", "America/Sao_Paulo")) {
            Path out = temp.resolve("s");
            SampleProvider.generate(out, new Options(1, end, 1, 0.02, ZoneId.of(zone), true));
            assertThat(planted(out, "truncated-gzip")).hasSize(1);
            for (Path file : logFiles(out)) {
                if (isAccess(file) && !planted(out, "truncated-gzip").contains(file)) {
                    for (String line : lines(file)) {
                        Matcher matcher = ACCESS_TIME.matcher(line);
                        assertThat(matcher.find()).isTrue();
                        assertThat(OffsetDateTime.parse(matcher.group(1), ACCESS_FORMAT)
                                        .toInstant())
                                .isBetween(end.minus(Duration.ofDays(1)).minusSeconds(3), end);
                    }
                }
            }
        }
    }

    @Test
    void anEmptyFolderIsUsed() throws IOException {
        Path out = Files.createDirectory(temp.resolve("s"));
        SampleProvider.generate(out, SMALL);
        assertThat(out.resolve("provider.json")).exists();
        assertThat(temp.toFile().list()).containsExactly("s");
    }

    @Test
    void aFolderOfSomeoneElseIsRefused() throws IOException {
        Files.writeString(temp.resolve("thesis.txt"), "mine");
        assertThatThrownBy(() -> SampleProvider.generate(temp, SMALL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "%s is not empty and is no sample of this program: empty it or name another folder",
                        temp.toRealPath());
        assertThat(temp.toFile().list()).containsExactly("thesis.txt");
    }

    @Test
    void aSampleIsReplacedAsAWhole() throws IOException {
        Path out = temp.resolve("s");
        SampleProvider.generate(out, SMALL);
        Files.writeString(out.resolve("logs/left-over"), "");
        SampleProvider.generate(out, SMALL);
        assertThat(out.resolve("logs/left-over")).doesNotExist();
        assertThat(temp.toFile().list()).containsExactly("s");
    }

    @Test
    void aFolderBesideItThatOnlyLooksLikeALeftoverIsRefused() throws IOException {
        Path lookalike = Files.createDirectory(temp.resolve(".s.partial"));
        Files.writeString(lookalike.resolve("thesis.txt"), "mine");
        assertThatThrownBy(() -> SampleProvider.generate(temp.resolve("s"), SMALL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(".s.partial is not empty");
        assertThat(lookalike.resolve("thesis.txt")).exists();
    }

    @Test
    void aKilledRunLeavesAWholeSampleOrNone() throws Exception {
        Path out = temp.resolve("s");
        String classes = Path.of(SampleProvider.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        for (int millis : new int[] {300, 600, 900, 1200}) {
            Process process = new ProcessBuilder(
                            java,
                            "-cp",
                            classes,
                            "dev.sparsam.sample.SampleProvider",
                            "--out",
                            out.toString(),
                            "--days",
                            "10")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.waitFor(millis, TimeUnit.MILLISECONDS);
            process.destroyForcibly();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            if (Files.exists(out)) {
                assertThat(logFiles(out))
                        .hasSize(json(out.resolve("planted.json")).get("files").asInt());
            }
        }
        SampleProvider.generate(out, SMALL);
        assertThat(temp.toFile().list()).containsExactly("s");
    }

    private static String run(int expected, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(SampleProvider.run(args, UNTIL, stream, stream)).isEqualTo(expected);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theCommandSaysInOneLineWhatItWrote() {
        Path out = temp.resolve("s");
        assertThat(run(0, "--out", out.toString(), "--days", "2", "--scale", "0.02", "--zone", "Z", "--seed", "-7"))
                .startsWith(out + ": 60 domains, ")
                .containsPattern(" \\d+ log files, \\d+ lines, \\d+\\.\\d MB before compression\\R\\z");
    }

    @Test
    void helpIsNoError() {
        assertThat(run(0, "--help")).startsWith("Usage:").contains("--damage");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--seed 1 | --out DIR is missing: name the folder to write",
                "--out | --out needs a value",
                "--out x --fast | \"--fast\" is no argument of this program",
                "--out x --out y | --out is given twice",
                "--out x --seed many | --seed is \"many\": give a whole number",
                "--out x --days 1.5 | --days is \"1.5\": give a whole number",
                "--out x --days 0 | days is 0: use 1 to 400",
                "--out x --scale NaN | scale is NaN: use 0.001 to 1000",
                "--out x --scale -1 | scale is -1.0: use 0.001 to 1000",
                "--out x --until today | --until is \"today\": give a time such as 2026-03-07T12:00:00Z",
                "--out x --zone Atlantis | --zone is \"Atlantis\": give a time zone such as Europe/Berlin"
            })
    void aWrongArgumentIsNamedInOneSentence(String args, String message) {
        assertThat(run(2, args.split(" ", -1))).isEqualTo(message + " (--help lists the arguments).%n".formatted());
    }

    @Test
    void aFolderThatCannotBeWrittenIsAClearError() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "");
        assertThat(run(1, "--out", file.resolve("s").toString(), "--days", "1"))
                .startsWith("The sample cannot be written to " + file.resolve("s") + ": ")
                .hasLineCount(1);
        assertThat(run(2, "--out", file.toString())).contains("is no folder");
    }
}
