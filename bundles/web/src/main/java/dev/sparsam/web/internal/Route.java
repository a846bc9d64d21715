package dev.sparsam.web.internal;

import dev.sparsam.panel.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One line of the route table.
 *
 * @param method GET or POST
 * @param pattern the path; a segment in braces stands for any one segment
 * @param roles who may call it; empty for everybody, also without login
 * @param takesFile whether its body may be large: it is read only when it is known that this person may send it
 * @param handler what answers
 */
record Route(String method, String pattern, Set<Role> roles, boolean takesFile, Handler handler) {
    /** Roles of a page for everybody who is logged in. */
    static final Set<Role> ANYONE = Set.copyOf(EnumSet.allOf(Role.class));
    /** Roles of a page for the provider. */
    static final Set<Role> PROVIDER = Set.of(Role.PROVIDER_ADMIN);
    /** Roles of a page for those who have customers. */
    static final Set<Role> SELLERS = Set.of(Role.PROVIDER_ADMIN, Role.RESELLER);
    /** No login needed. */
    static final Set<Role> PUBLIC = Set.of();

    /** Answers a request. */
    @FunctionalInterface
    interface Handler {
        /** Answers, or throws a {@link PageException} for an error page. */
        Answer handle(Visit visit);
    }

    static Route get(String pattern, Set<Role> roles, Handler handler) {
        return new Route("GET", pattern, roles, false, handler);
    }

    static Route post(String pattern, Set<Role> roles, Handler handler) {
        return new Route("POST", pattern, roles, false, handler);
    }

    /** A form with a file. */
    static Route upload(String pattern, Set<Role> roles, Handler handler) {
        return new Route("POST", pattern, roles, true, handler);
    }

    /** The values of the segments in braces, in their order, when the path fits. */
    Optional<List<String>> match(String path) {
        String[] wanted = pattern.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        List<String> values = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                if (given[i].isEmpty()) {
                    return Optional.empty();
                }
                values.add(given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }
}
