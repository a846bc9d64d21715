package dev.sparsam.web.internal;

import dev.sparsam.web.internal.Answer.Crumb;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What stands around every page.
 *
 * @param texts the texts in the person's language
 * @param login who is logged in
 * @param role what it may do, in words
 * @param nav the navigation; empty without login
 * @param page the page
 * @param token the token of its forms
 * @param path its own address, with the query
 * @param assets the address of the style sheet and pictures
 * @param flash what is said about the act before
 */
record Frame(
        Texts texts,
        Optional<String> login,
        String role,
        List<NavItem> nav,
        Answer.Page page,
        String token,
        String path,
        String assets,
        Optional<Flash> flash) {
    /** The answers to a form that has not done what was asked. */
    private static final Set<Integer> REFUSED = Set.of(401, 409, 422, 429);

    /** One item of the navigation. */
    record NavItem(String label, String href, boolean here) {}

    String t(String key, Object... arguments) {
        return texts.get(key, arguments);
    }

    /** The title of the window: who hears it first learns at once that the form was refused. */
    String title() {
        boolean refused = REFUSED.contains(page.status()) && !page.template().equals("error");
        return refused ? t("title.error", page.title()) : page.title();
    }

    List<Crumb> crumbs() {
        return page.crumbs();
    }
}
