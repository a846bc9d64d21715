package dev.sparsam.web.internal;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a page says about the act before it. It is kept in the session, so no link can put words in our mouth.
 *
 * @param kind {@code ok}, {@code wait} or {@code bad}
 * @param text the message
 * @param receipt the receipt of the act
 * @param undo how to take it back
 */
record Flash(String kind, String text, Optional<Long> receipt, Optional<Undo> undo) {
    /**
     * A form that takes a change back.
     *
     * @param action where the form goes
     * @param rule the rule as it was
     * @param expected the rule as it is
     */
    record Undo(String action, String rule, String expected) {}

    static Flash ok(String text) {
        return new Flash("ok", text, Optional.empty(), Optional.empty());
    }

    static Flash bad(String text) {
        return new Flash("bad", text, Optional.empty(), Optional.empty());
    }

    String write() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("kind", kind);
        fields.put("text", text);
        receipt.ifPresent(index -> fields.put("receipt", Long.toString(index)));
        undo.ifPresent(back -> {
            fields.put("action", back.action());
            fields.put("rule", back.rule());
            fields.put("expected", back.expected());
        });
        StringBuilder written = new StringBuilder();
        fields.forEach((name, value) -> written.append(written.length() == 0 ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return written.toString();
    }

    static Flash read(String written) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : written.split("&", -1)) {
            int equals = field.indexOf('=');
            fields.put(
                    field.substring(0, equals), URLDecoder.decode(field.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return new Flash(
                fields.getOrDefault("kind", "ok"),
                fields.getOrDefault("text", ""),
                Optional.ofNullable(fields.get("receipt")).map(Long::valueOf),
                Optional.ofNullable(fields.get("action"))
                        .map(action -> new Undo(
                                action, fields.getOrDefault("rule", ""), fields.getOrDefault("expected", ""))));
    }
}
