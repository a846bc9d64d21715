package dev.sparsam.store.internal;

import dev.sparsam.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The migrations of one bundle.
 *
 * @param owner the bundle's symbolic name
 * @param files file name ({@code V<n>__<what>.sql}) to SQL
 */
public record Migrations(String owner, SortedMap<String, String> files) {
    private static final Pattern NAME = Pattern.compile("V[0-9]+(_[0-9]+)*__[A-Za-z0-9_]+\\.sql");

    /** Checks the names, so that none is left out without a word. */
    public Migrations {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    owner + " has no migrations: the folder named by Sparsam-Migrations is missing or empty");
        }
        for (String file : files.keySet()) {
            if (!NAME.matcher(file).matches()) {
                throw new IllegalArgumentException("Migration " + file + " of " + owner
                        + " has no valid name: write V<number>__<what>.sql, for example V2__add_index.sql");
            }
        }
    }

    /** The store's own tables. */
    static Migrations own() {
        String name = "V1__store.sql";
        try (InputStream file = Migrations.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is missing in this bundle");
            }
            return new Migrations(
                    "dev.sparsam.store",
                    new TreeMap<>(Map.of(name, new String(file.readAllBytes(), StandardCharsets.UTF_8))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The migrations in a folder of the file system. */
    public static Migrations ofFolder(String owner, Path folder) {
        SortedMap<String, String> files = new TreeMap<>();
        try (DirectoryStream<Path> list = Files.newDirectoryStream(folder, "*.sql")) {
            for (Path file : list) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new StoreException("Migrations of " + owner + " cannot be read from " + folder + ": " + e, e);
        }
        return new Migrations(owner, files);
    }

    /** The history table: one per bundle, so that bundles come and go independently. */
    String historyTable() {
        String last = owner.substring(owner.lastIndexOf('.') + 1);
        return "flyway_" + last.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    }

    /** SHA-256 over all names and texts. */
    String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, sql) -> {
                for (String part : new String[] {name, sql}) {
                    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                    digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                    digest.update(bytes);
                }
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
