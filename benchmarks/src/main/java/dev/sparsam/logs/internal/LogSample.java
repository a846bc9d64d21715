package dev.sparsam.logs.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Lines of a combined log, a third of them from IPv6 addresses. */
final class LogSample {
    private static final String[] AGENTS = {
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2"
                + " Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
        "Mozilla/5.0 (compatible; Examplebot/2.1; +https://bot.example/)",
        "curl/8.5.0",
        "-",
    };

    private final Random random;
    private final List<String> clients = new ArrayList<>();

    LogSample(Random random) {
        this.random = random;
        for (int i = 0; i < 20_000; i++) {
            clients.add(random.nextInt(100) < 35 ? ipv6(random) : ipv4(random));
        }
    }

    /**
     * The next line, with its end.
     *
     * @param day such as {@code 22/Nov/2026}
     * @param second of the day
     */
    String line(String day, long second) {
        return String.format(
                Locale.ROOT,
                "%s - - [%s:%02d:%02d:%02d +0100] \"GET %s HTTP/1.1\" %d %d \"%s\" \"%s\"\n",
                clients.get(random.nextInt(clients.size())),
                day,
                second / 3_600 % 24,
                second / 60 % 60,
                second % 60,
                path(random),
                random.nextInt(8) == 0 ? 404 : 200,
                random.nextInt(100_000),
                random.nextInt(3) == 0 ? "-" : "https://www.example.org/" + random.nextInt(1_000),
                AGENTS[random.nextInt(AGENTS.length)]);
    }

    private static String ipv4(Random random) {
        return 1 + random.nextInt(223) + "." + random.nextInt(256) + "." + random.nextInt(256) + "."
                + (1 + random.nextInt(254));
    }

    private static String ipv6(Random random) {
        StringBuilder text = new StringBuilder("2001:db8");
        int groups = random.nextBoolean() ? 6 : 2;
        for (int i = 0; i < groups; i++) {
            text.append(':').append(Integer.toHexString(random.nextInt(65_536)));
        }
        return groups == 6 ? text.toString() : text + "::" + Integer.toHexString(1 + random.nextInt(255));
    }

    private static String path(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> "/";
            case 1 -> "/index.php?id=" + random.nextInt(10_000) + "&page=" + random.nextInt(9);
            case 2 -> "/wp-content/uploads/2026/11/image-" + random.nextInt(10_000) + ".jpg";
            case 3 -> "/api/v1/items/" + random.nextInt(10_000);
            case 4 -> "/assets/app." + random.nextInt(10_000) + ".min.js";
            default -> "/shop/category/product-" + random.nextInt(10_000) + ".html";
        };
    }
}
