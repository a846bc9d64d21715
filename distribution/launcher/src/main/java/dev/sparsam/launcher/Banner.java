package dev.sparsam.launcher;

import java.time.Duration;
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
        String seconds = String.format(messages.locale(), "%.1f", startTime.toMillis() / 1000.0);
        line(text, "banner.running", options.url(), seconds);
        text.append('\n');
        Optional<String> first = data.firstLine("first-admin-password");
        if (first.isPresent()) {
            String[] account = first.get().split(" ", 2);
            line(text, "banner.login", account[0], account.length == 2 ? account[1] : "");
        } else {
            line(text, "banner.login.changed", shell());
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
        line(text, "banner.shell", shell());
        line(text, "banner.stop");
        return text.toString();
    }

    /** How a command of the shell begins, as it can be pasted into a terminal in the folder that this one was started in. */
    private String shell() {
        // The shell has to be told the data folder unless it is the one that it would take anyway.
        boolean usual = data.root().toString().equals(options.usualData());
        return quoted(options.command()) + " shell"
                + (usual ? "" : " --data " + quoted(data.root().toString()));
    }

    /** One word for a POSIX shell, whatever is in it. */
    static String quoted(String text) {
        return text.matches("[A-Za-z0-9_@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private void line(StringBuilder text, String key, Object... arguments) {
        // A properties file has no leading blanks.
        String indent = key.equals("banner.running") ? "" : "  ";
        text.append(indent).append(messages.text(key, arguments)).append('\n');
    }
}
