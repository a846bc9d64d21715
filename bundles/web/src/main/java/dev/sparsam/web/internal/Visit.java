package dev.sparsam.web.internal;

import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.TenantTree;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A request with who makes it. What of the tree somebody may see is decided here and nowhere else, by
 * {@link TenantTree#sees}.
 *
 * @param request the request
 * @param values the values of the segments in braces of the route
 * @param session the session; empty on public pages
 * @param snapshot the tree
 * @param texts the texts in the person's language
 * @param now the time of the request
 */
record Visit(
        Request request,
        List<String> values,
        Optional<Sessions.Session> session,
        Trees.Snapshot snapshot,
        Texts texts,
        Instant now) {
    Account account() {
        return session.orElseThrow(() -> new PageException(403, "error.403.text"))
                .account();
    }

    Principal principal() {
        return account().principal(snapshot.tree());
    }

    boolean isProvider() {
        return account().role() == Role.PROVIDER_ADMIN;
    }

    /** The tree; before the first import there is none. */
    TenantTree tree() {
        return snapshot.tree().orElseThrow(PageException::notFound);
    }

    /** The sites this person sees, by domain name. */
    List<Trees.Place> visible() {
        return snapshot.visible(principal());
    }

    boolean sees(Scope scope) {
        return snapshot.tree().filter(tree -> tree.sees(principal(), scope)).isPresent();
    }

    /** The scope that a path or field names, or the same "not found" for a foreign, unknown or malformed one. */
    Scope scope(String level, String id) {
        return scope(level + "/" + id);
    }

    /** The scope of a text such as {@code customer/c-7}; see {@link #scope(String, String)}. */
    Scope scope(String text) {
        Scope scope;
        try {
            scope = Scope.parse(text);
        } catch (IllegalArgumentException e) {
            throw PageException.notFound();
        }
        if (!sees(scope)) {
            throw PageException.notFound();
        }
        return scope;
    }

    /** The site with an id; see {@link #scope(String, String)}. */
    Site site(String id) {
        Scope scope = scope("domain", id);
        return tree().site(new SiteId(scope.id())).orElseThrow(PageException::notFound);
    }

    /** A whole number of a path, from 0. */
    static long number(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw PageException.notFound();
        }
        return Long.parseLong(text);
    }

    String t(String key, Object... arguments) {
        return texts.get(key, arguments);
    }
}
