package dev.sparsam.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationTest {
    private static void refused(String message, ThrowingCallable making) {
        assertThatIllegalArgumentException().isThrownBy(making).withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-a", "ü", "a b", "a\nb", "a,b"})
    void anIdOfOtherCharactersIsRefused(String id) {
        refused("Purpose.id", () -> new Purpose(id, "basis", Optional.empty()));
    }

    @Test
    void anIdOfMoreThan128CharactersIsRefused() {
        assertThat(new Purpose("a".repeat(128), "basis", Optional.empty()).id()).hasSize(128);
        refused("Purpose.id", () -> new Purpose("a".repeat(129), "basis", Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"de", "DEU", "XX", "", "UK"})
    void aCodeThatIsoHasNotAssignedIsNoCountry(String code) {
        refused("is no country", () -> new Country(code));
    }

    @Test
    void aBlankNameIsRefused() {
        refused("Contact.name is empty", () -> contact(" ", "a@b.example"));
    }

    @Test
    void anInvisibleDirectionMarkInANameIsRefused() {
        refused("U+202E", () -> contact("Beispiel\u202e", "a@b.example"));
    }

    @Test
    void anUnpairedSurrogateInANameIsRefused() {
        refused("U+D800", () -> contact("Beispiel\ud800", "a@b.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a@b", "@b.example", "a@b.example, c@d.example", "a b@c.example", "a@b..example"})
    void aTextThatIsNoEmailAddressIsRefused(String email) {
        refused("Contact.email", () -> contact("Beispiel", email));
    }

    private static Contact contact(String name, String email) {
        return new Contact(name, Samples.CONTACT.address(), email, Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"javascript:alert(1)", "/path", "https:///nohost", "mailto:a@b.example"})
    void anAddressThatIsNotOfTheWebIsRefused(String address) {
        refused(
                "Right.selfService",
                () -> new Right(
                        Right.Kind.ACCESS, List.of(), Optional.of(URI.create(address)), Right.IdentityCheck.LOGIN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Beispiel.example", "beispiel.example.", "bei spiel", "münchen.example", "-a.example"})
    void aTextThatIsNoHostIsRefused(String host) {
        refused("HostScope.host", () -> new HostScope(host, false, Optional.empty()));
    }

    @Test
    void aRegionOfAnotherCountryIsRefused() {
        refused(
                "Authority.region \"AT-9\" is no region of DE",
                () -> new Authority(
                        "x",
                        "X",
                        Samples.GERMANY,
                        Optional.of("AT-9"),
                        List.of(),
                        URI.create("https://x.example"),
                        Optional.empty()));
    }

    @Test
    void anActivityThatNamesARecipientTwiceIsRefused() {
        refused(
                "Activity.recipients names \"cdn\" twice",
                () -> new Activity(
                        "a",
                        Party.CONTROLLER,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of("cdn", "cdn"),
                        new Activity.Source.DataSubject()));
    }

    @Test
    void anActivityWithoutPurposeCanBeStatedSoThatTheGapIsFound() {
        assertThat(new Activity(
                                "a",
                                Party.CONTROLLER,
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                new Activity.Source.ThirdParty("source-1", true))
                        .purposes())
                .isEmpty();
    }

    @Test
    void jointControlBelongsToAJointController() {
        refused(
                "Recipient.jointControl is given for a PROCESSOR",
                () -> recipient(
                        Party.PROCESSOR,
                        Optional.empty(),
                        Optional.of(new Recipient.JointControl("essence", "a@b.example"))));
    }

    @Test
    void onlyASubProcessorIsEngagedByAProcessor() {
        refused(
                "Recipient.engagedBy is given for a CONTROLLER",
                () -> recipient(Party.CONTROLLER, Optional.of("other"), Optional.empty()));
    }

    private static Recipient recipient(
            Party role, Optional<String> engagedBy, Optional<Recipient.JointControl> jointControl) {
        return new Recipient(
                "r",
                role,
                Recipient.Category.BACKUP,
                Optional.of("R"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                engagedBy,
                jointControl);
    }

    @Test
    void anAgreementDoesNotEndBeforeItBegins() {
        refused(
                "Agreement.ends lies before",
                () -> new Agreement(
                        "a", Agreement.Kind.PROCESSING, "1", Samples.DAY, Optional.of(Samples.DAY.minusDays(1))));
    }

    @Test
    void theFallbackOfATransferIsAnotherMechanism() {
        refused(
                "Transfer.fallback is the same",
                () -> new Transfer(
                        "r",
                        new Country("US"),
                        Transfer.Mechanism.STANDARD_CLAUSES,
                        Optional.empty(),
                        Optional.of(Transfer.Mechanism.STANDARD_CLAUSES),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void aRetentionStatesThePeriodThatWasResolved() {
        refused("Retention.period is \"inherit\"", () -> retention(new RetentionRule.Inherit(), Optional.empty()));
    }

    @Test
    void theOldestContentIsNotYoungerThanNow() {
        refused("Retention.oldestDays is -1", () -> retention(new RetentionRule.Days(7), Optional.of(-1)));
    }

    private static Retention retention(RetentionRule period, Optional<Integer> oldestDays) {
        return new Retention("a", Retention.Store.LIVE, period, Retention.Trigger.COLLECTION, oldestDays);
    }

    @Test
    void aTruncationCutsSomethingOff() {
        refused("ipv4Bits is 32: use 0 to 31", () -> new LogFormat.IpMode.Truncated(32, 48));
        refused("ipv6Bits is 128: use 0 to 127", () -> new LogFormat.IpMode.Truncated(24, 128));
        refused("ipv4Bits is -1", () -> new LogFormat.IpMode.Truncated(-1, 48));
    }

    @Test
    void aFieldOfALogIsAnId() {
        refused("LogFormat.fields", () -> format(List.of("User Agent"), List.of(), Optional.empty(), 0));
    }

    private static LogFormat format(
            List<String> fields, List<LogFormat.Treatment> others, Optional<Integer> keyDays, int rawHours) {
        return new LogFormat(
                LogKind.WEB_ACCESS,
                fields,
                new LogFormat.IpMode.Full(),
                LogFormat.Reach.LINE,
                others,
                keyDays,
                rawHours,
                Optional.empty());
    }

    @Test
    void aTreatmentThatContradictsItselfIsRefused() {
        LogFormat.Treatment hashed = new LogFormat.Treatment(LogFormat.Datum.USER, LogFormat.Handling.HASHED);
        refused("names \"USER\" twice", () -> format(List.of(), List.of(hashed, hashed), Optional.empty(), 0));
        refused(
                "USER is CUT: no part of it tells less",
                () -> new LogFormat.Treatment(LogFormat.Datum.USER, LogFormat.Handling.CUT));
        refused("nothing is pseudonymised or hashed", () -> format(List.of(), List.of(), Optional.of(7), 0));
        assertThat(format(List.of(), List.of(hashed), Optional.of(7), 0).keyDays())
                .contains(7);
        refused("keyDays is -1", () -> format(List.of(), List.of(hashed), Optional.of(-1), 0));
        refused("rawHours is -1", () -> format(List.of(), List.of(), Optional.empty(), -1));
        refused("0 of 10 lines", () -> new LogFormat.Unmasked(0, 10, 1));
        refused("11 of 10 lines", () -> new LogFormat.Unmasked(11, 10, 1));
    }

    @Test
    void aFieldIsInOneGroupOfAPayload() {
        TelemetryPayload.Group one =
                new TelemetryPayload.Group("one", List.of("ip"), TelemetryPayload.Consent.NOT_NEEDED);
        TelemetryPayload.Group two = new TelemetryPayload.Group("two", List.of("ip"), TelemetryPayload.Consent.OPT_IN);
        refused(
                "names \"ip\" twice",
                () -> new TelemetryPayload("check", "vendor", "v1", Samples.SHA256, List.of(one, two)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"})
    void aTextThatIsNoSha256IsRefused(String hash) {
        refused("TelemetryPayload.schemaSha256", () -> new TelemetryPayload("check", "vendor", "v1", hash, List.of()));
    }

    @Test
    void aDisclosureDoesNotEndBeforeItBegins() {
        refused(
                "RegistryDisclosure.to lies before",
                () -> new RegistryDisclosure(
                        "de",
                        RegistryDisclosure.HolderType.PERSON,
                        List.of(),
                        List.of(),
                        Samples.DAY,
                        Optional.of(Samples.DAY.minusDays(1))));
    }

    @Test
    void aTopLevelDomainIsWrittenWithoutADotInFront() {
        refused(
                "RegistryDisclosure.tld",
                () -> new RegistryDisclosure(
                        ".de",
                        RegistryDisclosure.HolderType.PERSON,
                        List.of(),
                        List.of(),
                        Samples.DAY,
                        Optional.empty()));
    }

    @Test
    void aCookieIsExemptOrSubjectToConsent() {
        refused("one or the other", () -> cookie(Optional.empty(), Optional.of("exemption"), Optional.of("consent")));
    }

    @Test
    void aCookieLivesLongerThanNothing() {
        refused(
                "Cookie.lifetime is PT0S",
                () -> cookie(Optional.of(Duration.ZERO), Optional.empty(), Optional.empty()));
    }

    private static Cookie cookie(Optional<Duration> lifetime, Optional<String> exemption, Optional<String> consent) {
        return new Cookie(
                "c", "a.example", Cookie.Storage.COOKIE, Cookie.Category.ANALYTICS, lifetime, exemption, consent);
    }

    @Test
    void aMeasureIsReviewedAgainLater() {
        refused(
                "Tom.nextReview",
                () -> new Tom("t", Tom.Objective.RECOVERY, Tom.Status.PLANNED, Samples.DAY, Samples.DAY));
    }

    @Test
    void aPortIsOneOf65535() {
        refused("TlsProbe.port is 0", () -> new TlsProbe("a.example", 0, List.of(), Optional.empty()));
        refused("TlsProbe.port is 65536", () -> new TlsProbe("a.example", 65_536, List.of(), Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"red", "#05a", "#0055AA", "#0055aa;x"})
    void aTextThatIsNoColourIsRefused(String colour) {
        refused(
                "Brand.colour",
                () -> new Brand(
                        "b",
                        "B",
                        URI.create("https://b.example"),
                        "a@b.example",
                        Optional.empty(),
                        Optional.of(colour)));
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 17})
    void anAgeThatArticle8DoesNotAllowIsRefused(int age) {
        refused(
                "ChildAge.age is " + age + ": use 13 to 16",
                () -> new ChildAge(Samples.GERMANY, age, ChildAge.Audience.GENERAL));
    }
}
