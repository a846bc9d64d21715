package dev.sparsam.facts;

import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.RetentionRule;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** One valid fact of each type. */
final class Samples {
    static final Country GERMANY = new Country("DE");
    static final LocalDate DAY = LocalDate.of(2026, 11, 1);
    static final String SHA256 = "0123456789abcdef".repeat(4);
    static final Contact CONTACT = new Contact(
            "Beispiel Hosting GmbH",
            new PostalAddress("Hauptstraße 1", "70173", "Stuttgart", GERMANY),
            "datenschutz@beispiel.example",
            Optional.empty());

    private Samples() {}

    static List<Fact> all() {
        return List.of(
                new Controller(CONTACT, Optional.of("GmbH")),
                new Representative(CONTACT),
                new Dpo(new Dpo.Appointment.NotAppointed(Dpo.Reason.BELOW_THRESHOLD)),
                new Authority(
                        "de-bw",
                        "Der Landesbeauftragte für den Datenschutz",
                        GERMANY,
                        Optional.of("DE-BW"),
                        List.of(Authority.Sector.PRIVATE, Authority.Sector.PUBLIC),
                        URI.create("https://authority.example/"),
                        Optional.empty()),
                new Activity(
                        "access-log",
                        Party.CONTROLLER,
                        List.of(Activity.Subject.VISITOR),
                        List.of("client-address", "time"),
                        List.of("attack-detection"),
                        List.of("cdn"),
                        new Activity.Source.DataSubject()),
                new DataField(
                        "client-address",
                        DataField.Necessity.ARISING,
                        Optional.empty(),
                        false,
                        Optional.of(URI.create("https://w3id.org/dpv/pd#IPAddress"))),
                new Purpose("attack-detection", "interest", Optional.empty()),
                new LegalBasis("interest", LegalBasis.Ground.LEGITIMATE_INTERESTS, Optional.empty()),
                new LegitimateInterest(
                        "attack-detection", "interest.security", LegitimateInterest.Holder.CONTROLLER, "balancing-1"),
                new Recipient(
                        "cdn",
                        Party.JOINT_CONTROLLER,
                        Recipient.Category.CONTENT_DELIVERY,
                        Optional.of("Beispiel CDN SE"),
                        Optional.empty(),
                        Optional.of(GERMANY),
                        Optional.of("agreement-1"),
                        Optional.empty(),
                        Optional.of(new Recipient.JointControl("essence-1", "joint@beispiel.example"))),
                new Agreement("agreement-1", Agreement.Kind.JOINT_CONTROL, "2.1", DAY, Optional.of(DAY.plusYears(1))),
                new Transfer(
                        "cdn",
                        new Country("US"),
                        Transfer.Mechanism.DATA_PRIVACY_FRAMEWORK,
                        Optional.of(DAY),
                        Optional.of(Transfer.Mechanism.STANDARD_CLAUSES),
                        Optional.empty(),
                        Optional.of("copy@beispiel.example")),
                new Retention(
                        "access-log",
                        Retention.Store.LIVE,
                        new RetentionRule.Days(7),
                        Retention.Trigger.NEWEST_LINE,
                        Optional.of(6),
                        Optional.of(DAY)),
                new LogFormat(
                        LogKind.WEB_ACCESS,
                        List.of("client-address", "time"),
                        new LogFormat.IpMode.Truncated(24, 48),
                        LogFormat.Reach.LINE,
                        List.of(
                                new LogFormat.Treatment(LogFormat.Datum.USER, LogFormat.Handling.HASHED),
                                new LogFormat.Treatment(LogFormat.Datum.REFERRER, LogFormat.Handling.CUT)),
                        Optional.of(7),
                        0,
                        Optional.of(new LogFormat.Unmasked(12, 3_400, 20))),
                new TelemetryPayload(
                        "licence-check",
                        "vendor",
                        "licence/2",
                        SHA256,
                        List.of(
                                new TelemetryPayload.Group(
                                        "licence",
                                        List.of("server-address", "licence-id"),
                                        TelemetryPayload.Consent.NOT_NEEDED),
                                new TelemetryPayload.Group(
                                        "statistics", List.of("domains"), TelemetryPayload.Consent.OPT_IN))),
                new RegistryDisclosure(
                        "de",
                        RegistryDisclosure.HolderType.PERSON,
                        List.of("name", "phone"),
                        List.of("registration-date"),
                        DAY,
                        Optional.empty()),
                new Cookie(
                        "session",
                        "panel.beispiel.example",
                        Cookie.Storage.COOKIE,
                        Cookie.Category.NECESSARY,
                        Optional.of(Duration.ofHours(8)),
                        Optional.of("TDDDG-25-2-2"),
                        Optional.empty()),
                new Right(
                        Right.Kind.ACCESS,
                        List.of(Right.Channel.PANEL, Right.Channel.POST),
                        Optional.of(URI.create("https://panel.beispiel.example/data")),
                        Right.IdentityCheck.LOGIN),
                new Export("web.accounts", List.of(Export.Format.CSV, Export.Format.JSON), true),
                new AutomatedDecision("billing", new AutomatedDecision.Decision.None()),
                new Tom("tls", Tom.Objective.CONFIDENTIALITY, Tom.Status.IN_PLACE, DAY, DAY.plusYears(1)),
                new Location("access-log", Retention.Store.BACKUP, GERMANY, Optional.empty()),
                new TlsProbe(
                        "www.beispiel.example",
                        443,
                        List.of(TlsProbe.Version.TLS_1_2, TlsProbe.Version.TLS_1_3),
                        Optional.of(new TlsProbe.Certificate(SHA256, true, Instant.parse("2027-01-31T12:00:00Z")))),
                new HostScope("beispiel.example", true, Optional.of("beispiel")),
                new Brand(
                        "beispiel",
                        "Beispiel",
                        URI.create("https://beispiel.example"),
                        "info@beispiel.example",
                        Optional.empty(),
                        Optional.of("#0055aa")),
                new ChildAge(GERMANY, 16, ChildAge.Audience.GENERAL),
                new NegativeClaim(NegativeClaim.Claim.NO_SALE, Optional.empty()));
    }
}
