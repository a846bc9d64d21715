package dev.sparsam.panel.reference.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.PersonType;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InventoryReaderTest {
    private static final String PROVIDER = "{\"id\":\"p\",\"kind\":\"PROVIDER\",\"label\":\"P\"}";
    private static final String SITE = "{\"id\":\"s\",\"tenant\":\"p\",\"server\":\"w\",\"domain\":\"a.example\"}";

    private static final Words ENGLISH = new Words(Locale.ENGLISH);

    static String example() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        int start = readme.indexOf("```json\n") + 8;
        return readme.substring(start, readme.indexOf("```", start));
    }

    private static List<String> problems(String file) throws IOException {
        return InventoryReader.read(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), ENGLISH)
                .problems();
    }

    private static String file(String tenants, String sites) {
        return "{\"format\":\"sparsam-panel/1\",\n\"tenants\":[" + tenants + "],\n\"sites\":[" + sites + "]}";
    }

    @Test
    void theExampleOfTheReadmeIsRead() throws IOException {
        InventoryReader.Result result =
                InventoryReader.read(new ByteArrayInputStream(example().getBytes(StandardCharsets.UTF_8)), ENGLISH);
        assertThat(result.problems()).isEmpty();
        assertThat(result.inventory().orElseThrow().tenants()).hasSize(3);
        assertThat(result.inventory().orElseThrow().sites()).hasSize(2);
    }

    @Test
    void theSchemaKnowsTheSameFieldsAndWordsAsTheReader() throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(Path.of("src/main/resources/schema/inventory.schema.json")
                        .toFile());
        assertThat(fields(schema)).isEqualTo(InventoryReader.FIELDS);
        JsonNode parts = schema.get("$defs");
        assertThat(fields(parts.get("tenant"))).isEqualTo(InventoryReader.TENANT_FIELDS);
        assertThat(fields(parts.get("site"))).isEqualTo(InventoryReader.SITE_FIELDS);
        assertThat(fields(parts.get("log"))).isEqualTo(InventoryReader.LOG_FIELDS);
        assertThat(words(parts.at("/tenant/properties/kind"))).isEqualTo(names(TenantKind.values()));
        assertThat(words(parts.at("/tenant/properties/personType"))).isEqualTo(names(PersonType.values()));
        assertThat(words(parts.at("/tenant/properties/status"))).isEqualTo(names(TenantStatus.values()));
        assertThat(words(parts.at("/log/properties/kind"))).isEqualTo(names(LogKind.values()));
        assertThat(schema.at("/properties/format/const").asText()).isEqualTo(Inventory.FORMAT);
    }

    private static Set<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.get("properties").fieldNames().forEachRemaining(names::add);
        return Set.copyOf(names);
    }

    private static List<String> words(JsonNode property) {
        List<String> words = new ArrayList<>();
        property.get("enum").forEach(word -> words.add(word.asText()));
        return words;
    }

    private static List<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Enum::name).toList();
    }

    @Test
    void optionalFieldsHaveTheirDefaults() throws IOException {
        Inventory inventory = InventoryReader.read(
                        new ByteArrayInputStream(file(PROVIDER, SITE).getBytes(StandardCharsets.UTF_8)), ENGLISH)
                .inventory()
                .orElseThrow();
        assertThat(inventory.tenants().values()).singleElement().satisfies(tenant -> {
            assertThat(tenant.personType()).isEqualTo(PersonType.UNKNOWN);
            assertThat(tenant.language().toLanguageTag()).isEqualTo("en");
            assertThat(tenant.status()).isEqualTo(TenantStatus.ACTIVE);
        });
        assertThat(inventory.sites().values())
                .singleElement()
                .satisfies(entry -> assertThat(entry.logs()).isEmpty());
    }

    @Test
    void aProblemNamesPathLineAndColumn() throws IOException {
        assertThat(problems("{\n  \"format\": \"sparsam-panel/1\",\n  \"tenants\": [" + PROVIDER
                        + "],\n  \"sites\": [\n    {\"id\": \"s\", \"tenant\": \"p\", \"server\": \"w\","
                        + " \"domain\": \"a.example\",\n     \"logs\": [{\"kind\": \"WEB_ACCESS\",\n"
                        + "       \"directory\": \"relative\", \"files\": \"*\"}]}]}"))
                .containsExactly("sites[0].logs[0].directory (line 7, column 21): \"relative\" is not an absolute path:"
                        + " write it from the root, for example /var/log/web");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // what is wrong | the tenants | the sites | the beginning of the only problem
                "`{\"id\":\"p\",\"kind\":\"PROVIDER\",\"label\":\"P\",\"colour\":\"red\"}` | `` | `tenants[0].colour (line 2, column 52): the field is not known`",
                "`{\"id\":\"p\",\"kind\":\"PROVIDER\"}` | `` | `tenants[0] (line 2, column 12): the field \"label\" is missing`",
                "`{\"id\":7,\"kind\":\"PROVIDER\",\"label\":\"P\"}` | `` | `tenants[0].id (line 2, column 18): must be a text \"…\", not a number`",
                "`{\"id\":null,\"kind\":\"PROVIDER\",\"label\":\"P\"}` | `` | `tenants[0].id (line 2, column 18): must be a text \"…\", not null`",
                "`{\"id\":\"p!\",\"kind\":\"PROVIDER\",\"label\":\"P\"}` | `` | `tenants[0].id (line 2, column 18): Tenant id \"p!\" is not valid`",
                "`{\"id\":\"p\",\"kind\":\"BOSS\",\"label\":\"P\"}` | `` | `tenants[0].kind (line 2, column 29): \"BOSS\" is not known; known are PROVIDER, RESELLER, CUSTOMER`",
                "`{\"id\":\"p\",\"kind\":\"PROVIDER\",\"label\":\" \"}` | `` | `tenants[0].label (line 2, column 48): the text is empty`",
                "`{\"id\":\"p\",\"id\":\"p\",\"kind\":\"PROVIDER\",\"label\":\"P\"}` | `` | `tenants[0].id (line 2, column 22): the field is there twice`",
                "`{\"id\":\"p\",\"kind\":\"PROVIDER\",\"label\":\"P\",\"language\":\"d_\"}` | `` | `tenants[0].language (line 2, column 63): \"d_\" is no language`",
                "`[]` | `` | `tenants[0] (line 2, column 12): must be an object { … }, not a list`",
                "`{\"id\":\"p\",\"kind\":\"PROVIDER\",\"label\":\"P\",\"parent\":\"x\"}` | `` | `tenants[0] (line 2, column 12): Tenant p: the provider cannot have a parent`",
                "`` | `` | `tenants (line 1, column 1): there is no tenant of kind PROVIDER`",
            })
    void eachKindOfMistakeInATenantIsOneProblem(String tenants, String sites, String problem) throws IOException {
        assertThat(problems(file(tenants == null ? "" : tenants, sites == null ? "" : sites)))
                .singleElement()
                .asString()
                .startsWith(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{\"id\":\"s\",\"tenant\":\"x\",\"server\":\"w\",\"domain\":\"a.example\"}` | `sites[0].tenant (line 3, column 10): there is no tenant with the id \"x\"`",
                "`{\"id\":\"s\",\"tenant\":\"p\",\"server\":\"w\",\"domain\":\"A.example\"}` | `sites[0].domain (line 3, column 55): Domain name`",
                "`{\"id\":\"s\",\"tenant\":\"p\",\"server\":\"w\",\"domain\":\"a.example\",\"parent\":\"t\"}` | `sites[0].parent (line 3, column 10): there is no site with the id \"t\"`",
                "`{\"id\":\"s\",\"tenant\":\"p\",\"server\":\"w\",\"domain\":\"a.example\",\"parent\":\"s\"}` | `sites[0].parent (line 3, column 10): the parents of site \"s\" lead back to itself`",
                "`{\"id\":\"s\",\"tenant\":\"p\",\"server\":\"w\",\"domain\":\"a.example\",\"logs\":{}}` | `sites[0].logs (line 3, column 74): must be a list [ … ], not an object`",
                "`{\"id\":\"s\",\"tenant\":\"p\",\"server\":\"w\",\"domain\":\"a.example\",\"logs\":[{\"kind\":\"WEB_ACCESS\",\"directory\":\"/l\",\"files\":\"a/b\"}]}` | `sites[0].logs[0].files (line 3, column 121): \"a/b\" must be a name pattern`",
                "`{\"id\":\"s\",\"tenant\":\"p\",\"server\":\"w\",\"domain\":\"a.example\",\"logs\":[{\"kind\":\"WEB_ACCESS\",\"directory\":\"/l\",\"files\":\"{\"}]}` | `sites[0].logs[0].files (line 3, column 121): `",
            })
    void eachKindOfMistakeInASiteIsOneProblem(String site, String problem) throws IOException {
        assertThat(problems(file(PROVIDER, site))).singleElement().asString().startsWith(problem);
    }

    @Test
    void whatIsBeyondTheBoundsOfTheReaderIsAProblemWithItsLine() throws IOException {
        for (String excess : List.of(
                "[".repeat(2_000) + "]".repeat(2_000), "9".repeat(2_000), "\n{\"" + "n".repeat(60_000) + "\":1}")) {
            assertThat(problems(file(PROVIDER, SITE + ",\n" + excess)))
                    .last()
                    .asString()
                    .matches("\\(line [45], column [0-9]+\\): nothing in an inventory is nested so deep .*");
        }
    }

    @Test
    void duplicatesNameTheFirstPlace() throws IOException {
        assertThat(problems(file(PROVIDER + "," + PROVIDER, SITE + ",\n" + SITE)))
                .containsExactly(
                        "tenants[1].id (line 2, column 53): the id \"p\" is already used by tenants[0] (line 2, column 12)",
                        "sites[1].id (line 4, column 1): the id \"s\" is already used by sites[0] (line 3, column 10)");
    }

    @Test
    void twoSitesWithOneDomainAreAProblem() throws IOException {
        assertThat(problems(file(PROVIDER, SITE + ",\n" + SITE.replace("\"s\"", "\"t\""))))
                .containsExactly(
                        "sites[1].domain (line 4, column 1): the domain \"a.example\" is already used by sites[0] (line"
                                + " 3, column 10)");
    }

    @Test
    void logFilesBelongToOneSite() throws IOException {
        String logs = ",\"logs\":[{\"kind\":\"WEB_ACCESS\",\"directory\":\"/l/./a\",\"files\":\"access*\"}]}";
        String one = SITE.replace("}", logs);
        String two =
                one.replace("\"s\"", "\"t\"").replace("a.example", "b.example").replace("/l/./a", "/l/a");
        assertThat(problems(file(PROVIDER, one + ",\n" + two)))
                .containsExactly("sites[1].logs (line 4, column 1): the log files access* in /l/a already belong to"
                        + " sites[0] (line 3, column 10): to which site do they belong? Give each site its own folder or"
                        + " name pattern");
        assertThat(problems(file(PROVIDER, one + ",\n" + two.replace("\"w\"", "\"w2\""))))
                .as("another server has other files")
                .isEmpty();
        assertThat(problems(file(PROVIDER, one + ",\n" + two.replace("access*", "b.access*"))))
                .isEmpty();
    }

    @Test
    void wrongLevelsAreAProblem() throws IOException {
        assertThat(problems(file(
                        PROVIDER + ",{\"id\":\"c\",\"kind\":\"CUSTOMER\",\"parent\":\"p\",\"label\":\"C\"}"
                                + ",{\"id\":\"r\",\"kind\":\"RESELLER\",\"parent\":\"c\",\"label\":\"R\"}",
                        "")))
                .singleElement()
                .asString()
                .contains("a RESELLER cannot be below the CUSTOMER \"c\"");
    }

    @Test
    void aProblemIsSaidInGermanWithLineAndColumn() throws IOException {
        String file = file(
                PROVIDER + ",{\"id\":\"c\",\"kind\":\"KUNDE\",\"label\":7}",
                SITE.replace("\"p\"", "\"x\"") + ",\n" + SITE);
        assertThat(InventoryReader.read(
                                new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)),
                                new Words(Locale.GERMANY))
                        .problems())
                .containsExactly(
                        "tenants[1].label (Zeile 2, Spalte 86): Hier steht eine Zahl; erwartet wird ein Text \"…\"",
                        "tenants[1].kind (Zeile 2, Spalte 70): „KUNDE“ ist nicht bekannt; möglich sind PROVIDER, RESELLER,"
                                + " CUSTOMER",
                        "sites[1].id (Zeile 4, Spalte 1): Die Kennung „s“ ist schon vergeben, an sites[0] (Zeile 3, Spalte"
                                + " 10)",
                        "sites[0].tenant (Zeile 3, Spalte 10): Die Kennung „x“ gibt es unter „tenants“ nicht");
        assertThat(InventoryReader.read(new ByteArrayInputStream(new byte[] {'{', '['}), new Words(Locale.GERMAN))
                        .problems())
                .containsExactly(
                        "(Zeile 1, Spalte 2): Das ist kein JSON: Ein Komma, ein Anführungszeichen oder eine Klammer"
                                + " fehlt oder ist zu viel, oder die Datei endet zu früh; was danach kommt, wurde nicht geprüft");
    }

    @Test
    void bothLanguagesHaveTheSameTextsWithTheSamePlaces() throws IOException {
        Map<String, Set<String>> english = places("words.properties");
        Map<String, Set<String>> german = places("words_de.properties");
        assertThat(german.keySet()).isEqualTo(english.keySet()).hasSizeGreaterThan(40);
        english.forEach((key, places) -> assertThat(german.get(key)).as(key).isEqualTo(places));
    }

    private static Map<String, Set<String>> places(String file) throws IOException {
        Properties texts = new Properties();
        try (Reader reader =
                Files.newBufferedReader(Path.of("src/main/resources/dev/sparsam/panel/reference/internal", file))) {
            texts.load(reader);
        }
        Map<String, Set<String>> places = new TreeMap<>();
        texts.stringPropertyNames()
                .forEach(key -> places.put(
                        key,
                        Pattern.compile("\\{[0-9]}")
                                .matcher(texts.getProperty(key))
                                .results()
                                .map(MatchResult::group)
                                .collect(Collectors.toSet())));
        return places;
    }

    @Test
    void anUnknownLanguageIsEnglishWhateverTheServerSpeaks() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(new Words(Locale.FRENCH).say("file.empty")).isEqualTo("the file is empty");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void manyProblemsAreReportedAtOnce() throws IOException {
        assertThat(problems("{\"tenants\":[{\"kind\":\"BOSS\"}],\"sites\":[{\"id\":\"?\"}],\"extra\":[1,[2]]}"))
                .hasSize(9);
    }

    @Test
    void aSyntaxErrorIsSaidInOurWordsWithItsPlace() throws IOException {
        assertThat(problems("{\"format\": \"sparsam-panel/1\"\n \"tenants\": []}"))
                .containsExactly(
                        "(line 2, column 2): this is no JSON: a comma, a quotation mark or a bracket is missing"
                                + " or is one too many, or the file ends early; nothing after it was checked");
    }

    @Test
    void aSyntaxErrorKeepsTheProblemsBeforeIt() throws IOException {
        assertThat(problems("{\"format\":\"other\",\n\"tenants\":[}"))
                .satisfiesExactly(
                        first ->
                                assertThat(first).startsWith("format (line 1, column 11): \"other\" is not known here"),
                        second -> assertThat(second)
                                .startsWith("(line 2, column 1")
                                .contains("this is no JSON"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | `(line 1, column 1): the file is empty`",
                "`[]` | `(line 1, column 1): must be an object`",
                "`{\"format\":` | `(line 1, column 11): this is no JSON`",
                "`{\"format\":\"sparsam-panel/1\",\"tenants\":[],\"sites\":[]} x` | `(line 1, column 5`",
            })
    void whatIsNoInventoryIsSaidSo(String file, String problem) throws IOException {
        assertThat(problems(file == null ? "" : file)).first().asString().startsWith(problem);
    }

    @Test
    void bytesThatAreNoTextAreAProblem() throws IOException {
        byte[] latin1 = file(PROVIDER.replace("\"P\"", "\"Müller\""), "").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(InventoryReader.read(new ByteArrayInputStream(latin1), ENGLISH)
                        .problems())
                .first()
                .asString()
                .contains("line 2")
                .contains("UTF-8");
    }

    @Test
    void aFileOfAnotherKindDoesNotGiveMillionsOfProblems() throws IOException {
        List<String> problems = problems(file("1,".repeat(5_000) + PROVIDER, ""));
        assertThat(problems).hasSize(InventoryReader.MOST_PROBLEMS + 1);
        assertThat(problems.get(InventoryReader.MOST_PROBLEMS)).isEqualTo("… and 4000 more problems");
    }

    @Test
    void noCutAndNoFlippedByteIsReadWithoutAWordOrBreaksTheReader() throws IOException {
        byte[] good = example().strip().getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < good.length; length++) {
            InventoryReader.Result cut = InventoryReader.read(new ByteArrayInputStream(good, 0, length), ENGLISH);
            assertThat(cut.problems()).isNotEmpty();
        }
        Random random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            byte[] flipped = good.clone();
            flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
            InventoryReader.Result result = InventoryReader.read(new ByteArrayInputStream(flipped), ENGLISH);
            assertThat(result.inventory().isPresent())
                    .isEqualTo(result.problems().isEmpty());
        }
    }
}
