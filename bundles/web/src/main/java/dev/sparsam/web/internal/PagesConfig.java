package dev.sparsam.web.internal;

import dev.sparsam.store.Configured;
import dev.sparsam.store.Wording;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * What the configuration says about the pages.
 *
 * @param cookies how cookies are sent
 * @param publicUrl the address that browsers see
 * @param proxies whose word about the client's address counts
 */
record PagesConfig(Cookies cookies, Optional<URI> publicUrl, Proxies proxies) {
    static PagesConfig of(Configured configured) {
        Optional<URI> publicUrl =
                configured.value("publicUrl", () -> Wording.of(PagesConfig.class, "publicUrl"), PagesConfig::address);
        boolean encrypted = publicUrl
                .filter(url -> "https".equalsIgnoreCase(url.getScheme()))
                .isPresent();
        Cookies.Mode mode = configured.value(
                "secureCookies", () -> Wording.of(PagesConfig.class, "secureCookies"), text -> switch (text) {
                    case "auto" -> encrypted ? Cookies.Mode.ALWAYS : Cookies.Mode.AUTO;
                    case "always" -> Cookies.Mode.ALWAYS;
                    default -> throw new IllegalArgumentException(text);
                });
        Proxies proxies = configured.value("proxies", () -> Wording.of(PagesConfig.class, "proxies"), Proxies::of);
        return new PagesConfig(new Cookies(mode), publicUrl, proxies);
    }

    private static Optional<URI> address(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI url = new URI(text);
            boolean web = "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
            if (!web || url.getHost() == null) {
                throw new IllegalArgumentException(text);
            }
            return Optional.of(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
