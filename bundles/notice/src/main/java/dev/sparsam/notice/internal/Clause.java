package dev.sparsam.notice.internal;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/**
 * A sentence with slots, as a file says it. The file's fields are described in the bundle's README.
 *
 * @param id the file's name without {@code .json}
 * @param version raised with every change of wording or condition
 * @param order where the statement stands among the others, small numbers first
 * @param when what a fact's {@link Bindings} must say for the clause to state it: one of the values for each name
 * @param legal the articles that ask for the statement
 * @param locales language to message pattern (ICU MessageFormat, named arguments)
 * @param review when the wording was last reviewed and when it is due again
 */
record Clause(
        @JsonProperty(required = true) String id,
        @JsonProperty(required = true) int version,
        @JsonProperty(required = true) int order,
        @JsonProperty(required = true) Map<String, List<String>> when,
        @JsonProperty(required = true) List<String> legal,
        @JsonProperty(required = true) Map<String, String> locales,
        @JsonProperty(required = true) Review review) {
    /** When the wording was reviewed. */
    record Review(
            @JsonProperty(required = true) LocalDate on,
            @JsonProperty(required = true) LocalDate next) {}

    String reference() {
        return id + "@" + version;
    }

    boolean states(Map<String, Object> bindings) {
        return when.entrySet().stream().allMatch(condition -> {
            Object value = bindings.get(condition.getKey());
            return value != null && condition.getValue().contains(value.toString());
        });
    }
}
