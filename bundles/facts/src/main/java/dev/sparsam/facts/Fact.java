package dev.sparsam.facts;

/**
 * A typed statement about the processing of personal data. The set of types is closed and versioned with this package.
 *
 * <p>A fact carries no sentences. Where a notice needs words (an interest, a consequence, the logic of a decision), the
 * fact names the id under which the notice keeps them. Facts refer to each other by the {@code id} component.
 *
 * <p>A record refuses what is malformed or contradicts itself. What is only missing (a purpose, a contact for a copy
 * of the safeguards) can be stated as missing: the rules of the notice then list every gap at once.
 */
public sealed interface Fact
        permits Controller,
                Representative,
                Dpo,
                Authority,
                Activity,
                DataField,
                Purpose,
                LegalBasis,
                LegitimateInterest,
                Recipient,
                Agreement,
                Transfer,
                Retention,
                LogFormat,
                TelemetryPayload,
                RegistryDisclosure,
                Cookie,
                Right,
                Export,
                AutomatedDecision,
                Tom,
                Location,
                TlsProbe,
                HostScope,
                Brand,
                ChildAge,
                NegativeClaim {}
