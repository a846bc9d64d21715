package dev.sparsam.web.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a page handler gives back. */
sealed interface Answer {
    /**
     * A page.
     *
     * @param status the HTTP status
     * @param template the name of its template
     * @param model what the template shows, its parameter {@code m}
     * @param section the part of the navigation it belongs to; empty for none
     * @param title the title of the page
     * @param crumbs the way to it, without itself
     * @param refresh after how many seconds the browser asks again
     * @param mistakes what was wrong with the form that was sent, told first on the page
     */
    record Page(
            int status,
            String template,
            Object model,
            String section,
            String title,
            List<Crumb> crumbs,
            Optional<Integer> refresh,
            List<Mistake> mistakes)
            implements Answer {
        /** A page that is found and stays as it is. */
        static Page of(String template, Object model, String section, String title, Crumb... crumbs) {
            return new Page(200, template, model, section, title, List.of(crumbs), Optional.empty(), List.of());
        }

        Page status(int other) {
            return new Page(other, template, model, section, title, crumbs, refresh, mistakes);
        }

        Page crumbs(List<Crumb> others) {
            return new Page(status, template, model, section, title, others, refresh, mistakes);
        }

        Page refresh(int seconds) {
            return new Page(status, template, model, section, title, crumbs, Optional.of(seconds), mistakes);
        }

        /** The page of a form that was refused. */
        Page wrong(List<Mistake> others) {
            return new Page(422, template, model, section, title, crumbs, refresh, others);
        }
    }

    /**
     * A mistake in a form.
     *
     * @param field the id of the element on the page where it is mended
     * @param text the sentence that stands at the field too
     */
    record Mistake(String field, String text) {
        /** Of the fields of a form, in its order, those about which something is said. */
        static List<Mistake> of(Map<String, String> texts, List<String> fields) {
            return fields.stream()
                    .filter(field -> !texts.getOrDefault(field, "").isEmpty())
                    .map(field -> new Mistake(field, texts.getOrDefault(field, "")))
                    .toList();
        }
    }

    /**
     * Sends the browser on with GET.
     *
     * @param path where to
     * @param flash what the page there says first
     * @param cookies {@code Set-Cookie} values
     */
    record Redirect(String path, Optional<Flash> flash, List<String> cookies) implements Answer {
        static Redirect to(String path) {
            return new Redirect(path, Optional.empty(), List.of());
        }

        Redirect saying(Flash message) {
            return new Redirect(path, Optional.of(message), cookies);
        }

        Redirect cookie(String cookie) {
            List<String> all = new java.util.ArrayList<>(cookies);
            all.add(cookie);
            return new Redirect(path, flash, List.copyOf(all));
        }
    }

    /**
     * Something that is no page.
     *
     * @param contentType its type
     * @param filename the name to save it under; empty to show it
     * @param cacheable whether it may be kept for ever
     * @param body writes it
     */
    record Raw(String contentType, Optional<String> filename, boolean cacheable, Response.Body body)
            implements Answer {}

    /**
     * One step on the way to a page.
     *
     * @param label what it is called
     * @param href where it leads; empty for a step that the person may not see
     */
    record Crumb(String label, Optional<String> href) {
        static Crumb of(String label, String href) {
            return new Crumb(label, Optional.of(href));
        }
    }
}
