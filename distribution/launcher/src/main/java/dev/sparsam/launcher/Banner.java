package dev.sparsam.launcher;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What the console says once the first page can be had. */
final class Banner {

    private final Options options;
    private final Messages messages;
    private final DataFolder data;

    Banner(Options options, Messages messages, DataFolder data) {
        this.options = options;
        this.messages = messages;
        this.data = data;
    }

    String text(Duration startTime) {
        StringBuilder text = new StringBuilder("\n");
        String seconds = String.format(Locale.ROOT, "%.1f", startTime.toMillis() / 1000.0);
        line(text, "banner.running", options.url(), seconds);
        text.append('\n');
        Optional<String> first = data.firstLine("first-admin-password");
        if (first.isPresent()) {
            String[] account = first.get().split(" ", 2);
            line(text, "banner.login", account[0], account.length == 2 ? account[1] : "");
        } else {
            line(text, "banner.login.changed", options.command());
        }
        boolean named = false;
        for (String account : data.lines("sample-accounts")) {
            String[] parts = account.split(" ", 3);
            if (parts.length >= 2) {
                line(
                        text,
                        named ? "banner.sample.next" : "banner.sample",
                        parts[0],
                        parts[1],
                        parts.length == 3 ? parts[2] : "");
                named = true;
            }
        }
        text.append('\n');
        line(text, "banner.data", data.root());
        line(text, "banner.configuration", data.resolve("etc"));
        line(text, "banner.log", data.resolve("logs").resolve("sparsam.log"));
        text.append('\n');
        line(text, "banner.shell", options.command(), dataOption());
        line(text, "banner.stop");
        return text.toString();
    }

    /** The shell has to be told the data folder unless it is the one that it would take anyway. */
    private String dataOption() {
        String usual = System.getenv().getOrDefault("SPARSAM_DEFAULT_DATA", "");
        return data.root().toString().equals(usual) ? "" : " --data " + data.root();
    }

    private void line(StringBuilder text, String key, Object... arguments) {
        // A properties file has no leading blanks.
        String indent = key.equals("banner.running") ? "" : "  ";
        text.append(indent).append(messages.text(key, arguments)).append('\n');
    }
}
