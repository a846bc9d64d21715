package dev.sparsam.web.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The style sheet and pictures, under an address that changes with their content, so browsers may keep them. */
final class Assets {
    private static final Map<String, String> TYPES =
            Map.of("sparsam.css", "text/css; charset=utf-8", "icon.svg", "image/svg+xml");

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final String version;

    Assets() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String name : TYPES.keySet().stream().sorted().toList()) {
                try (InputStream stream = Assets.class.getResourceAsStream("assets/" + name)) {
                    if (stream == null) {
                        throw new IllegalStateException(name + " is missing in the bundle");
                    }
                    byte[] content = stream.readAllBytes();
                    digest.update(content);
                    files.put(name, content);
                }
            }
            version = HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (IOException e) {
            throw new UncheckedIOException("The style sheet cannot be read", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** The address of the folder. */
    String base() {
        return "/assets/" + version;
    }

    Answer handle(Visit visit) {
        byte[] content = files.get(visit.values().get(1));
        String type = TYPES.get(visit.values().get(1));
        if (content == null || type == null) {
            throw PageException.notFound();
        }
        // An old address gives the new file, but is not kept.
        boolean current = visit.values().get(0).equals(version);
        return new Answer.Raw(type, Optional.empty(), current, stream -> stream.write(content));
    }
}
