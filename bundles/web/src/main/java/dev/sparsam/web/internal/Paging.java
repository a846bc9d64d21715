package dev.sparsam.web.internal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which part of a long list a page shows.
 *
 * @param page from 1
 * @param pages how many there are, at least 1
 * @param total how many items there are
 * @param from the number of the first item shown, from 1; 0 when there is none
 * @param to the number of the last item shown
 * @param previous the address of the page before
 * @param next the address of the page after
 */
record Paging(int page, int pages, int total, int from, int to, Optional<String> previous, Optional<String> next) {
    /** The part of a list that is asked for; a page that does not exist becomes the nearest. */
    static Paging of(String asked, int total, int size, String path, Map<String, String> parameters) {
        int pages = Math.max(1, (total + size - 1) / size);
        int wanted = asked.matches("[0-9]{1,7}") ? Integer.parseInt(asked) : 1;
        int page = Math.max(1, Math.min(pages, wanted));
        int from = total == 0 ? 0 : (page - 1) * size + 1;
        int to = Math.min(total, page * size);
        return new Paging(
                page,
                pages,
                total,
                from,
                to,
                page > 1 ? Optional.of(link(path, parameters, "page", Integer.toString(page - 1))) : Optional.empty(),
                page < pages
                        ? Optional.of(link(path, parameters, "page", Integer.toString(page + 1)))
                        : Optional.empty());
    }

    <T> List<T> cut(List<T> all) {
        return from == 0 ? List.of() : all.subList(from - 1, to);
    }

    /** An address with parameters, one of them changed; empty ones are left out. */
    static String link(String path, Map<String, String> parameters, String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(parameters);
        changed.put(name, value);
        StringBuilder link = new StringBuilder(path);
        char separator = '?';
        for (Map.Entry<String, String> parameter : changed.entrySet()) {
            if (!parameter.getValue().isEmpty()) {
                link.append(separator)
                        .append(parameter.getKey())
                        .append('=')
                        .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
                separator = '&';
            }
        }
        return link.toString();
    }
}
