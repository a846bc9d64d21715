package dev.sparsam.logs.internal;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the lines of a log look, and where in them what speaks of people stands.
 *
 * @param id a short name, as {@code --format} takes it
 * @param lines how lines begin, or look
 * @param tails for access logs: what may follow the time, when how the line begins is told from the line itself
 * @param programs the programs whose lines in a system log these are, by the beginnings of their names
 * @param starts texts with which lines begin that have no head
 * @param markers texts before something to be masked
 * @param json the keys of JSON objects whose values are to be masked
 * @param plainIds whether it calls a message {@code id=}: what follows looks like an e-mail address
 * @param generic whether it only tells times and nothing of what the lines hold
 */
record LogFormat(
        String id,
        List<Template> lines,
        List<Template> tails,
        Set<String> programs,
        List<String> starts,
        Markers markers,
        Map<String, Mark> json,
        boolean plainIds,
        boolean generic) {
    LogFormat {
        lines = List.copyOf(lines);
        tails = List.copyOf(tails);
        programs = Set.copyOf(programs);
        starts = List.copyOf(starts);
        json = Map.copyOf(json);
    }

    /** Whether it says which addresses are clients. */
    boolean tellsClients() {
        return programs.isEmpty()
                && !generic
                && (json.containsValue(Mark.CLIENT)
                        || markers.all().stream().anyMatch(marker -> marker.mark() == Mark.CLIENT)
                        || lines.stream().anyMatch(Template::hasClient));
    }

    /** Whether it says where query strings stand; in the lines of others they may stand anywhere. */
    boolean tellsQueries() {
        Set<Mark> queries = EnumSet.of(Mark.REQUEST, Mark.URI, Mark.QUERY, Mark.REFERRER);
        return json.values().stream().anyMatch(queries::contains)
                || markers.all().stream().anyMatch(marker -> queries.contains(marker.mark()))
                || lines.stream().anyMatch(line -> line.hasAny(queries));
    }
}
