package dev.sparsam.facts;

import java.util.List;

/**
 * What a program reports about itself, for example with the check of its licence.
 *
 * @param activity the id of the {@link Activity} that it belongs to
 * @param recipient the id of the {@link Recipient}
 * @param schema the name and version of the payload's schema
 * @param schemaSha256 the hash of the schema, lower-case hex
 * @param groups what is sent
 */
public record TelemetryPayload(
        String activity, String recipient, String schema, String schemaSha256, List<Group> groups) implements Fact {
    /** Checks the ids, the hash, and that no field is in two groups. */
    public TelemetryPayload {
        Checks.id("TelemetryPayload.activity", activity);
        Checks.id("TelemetryPayload.recipient", recipient);
        Checks.id("TelemetryPayload.schema", schema);
        Checks.sha256("TelemetryPayload.schemaSha256", schemaSha256);
        groups = List.copyOf(groups);
        Checks.distinct(
                "TelemetryPayload.groups", groups.stream().map(Group::id).toList());
        Checks.distinct(
                "TelemetryPayload.groups",
                groups.stream().flatMap(group -> group.fields().stream()).toList());
    }

    /**
     * Fields that are switched on and off together.
     *
     * @param id the group's name
     * @param fields the fields of the schema
     * @param consent whether somebody is asked first
     */
    public record Group(String id, List<String> fields, Consent consent) {
        /** Checks the ids and keeps a copy. */
        public Group {
            Checks.id("TelemetryPayload.Group.id", id);
            fields = Checks.list("TelemetryPayload.Group.fields", fields, Checks::id);
        }
    }

    /** Whether somebody is asked before a group is sent. */
    public enum Consent {
        /** The group is needed for the service and cannot be switched off. */
        NOT_NEEDED,
        /** Off until somebody switches it on. */
        OPT_IN,
        /** On until somebody switches it off. */
        OPT_OUT
    }
}
