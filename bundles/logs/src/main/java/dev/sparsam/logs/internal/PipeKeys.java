package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of a logger: one file of random bytes for each day, and for each number of days that keys are kept
 * ({@code 20261122-7}); the keys of a domain are derived from it. When the file is deleted nobody can turn back the
 * pseudonyms and hashes of that day, wherever they have been copied to. Lines of other days than those, and of days for
 * which nothing can be written, get a key that ends with the process. Not thread-safe.
 */
final class PipeKeys {
    private static final int REMEMBERED = 8;
    private static final int SECRETS = 64;
    private static final Pattern NAME = Pattern.compile("([0-9]{4})([0-9]{2})([0-9]{2})-([0-9]{1,4})");

    private final Path folder;
    private final RandomGenerator random;
    private final Consumer<IOException> problems;
    private final Map<Of, byte[]> secrets = lru(SECRETS);
    private final Map<Key, DayKeys> keys = lru(REMEMBERED);
    private LocalDate today;

    private record Of(long day, int keep) {}

    private record Key(Of of, String domain) {}

    /** Makes one; deletes what is too old. */
    PipeKeys(Path folder, LocalDate today, RandomGenerator random, Consumer<IOException> problems) {
        this.folder = folder;
        this.random = random;
        this.problems = problems;
        this.today = today;
        today(today);
    }

    /** The keys of a domain. */
    KeyRing of(String domain, int keepDays) {
        return day -> keys.computeIfAbsent(new Key(new Of(day, keepDays), domain), this::derive);
    }

    /** Deletes what is too old by now. */
    void today(LocalDate now) {
        today = now;
        keys.keySet().removeIf(key -> expired(key.of.day, key.of.keep));
        secrets.keySet().removeIf(of -> expired(of.day, of.keep));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches() && expired(day(name), Integer.parseInt(name.group(4)))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            problems.accept(e);
        }
    }

    private static long day(Matcher name) {
        return LocalDate.EPOCH
                .withYear(Integer.parseInt(name.group(1)))
                .plusMonths(Integer.parseInt(name.group(2)) - 1)
                .plusDays(Integer.parseInt(name.group(3)) - 1)
                .toEpochDay();
    }

    private boolean expired(long day, int keep) {
        return day + keep < today.toEpochDay();
    }

    private DayKeys derive(Key key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secrets.computeIfAbsent(key.of, this::secret), "HmacSHA256"));
            return new DayKeys(mac.doFinal(("domain " + key.domain).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }

    private byte[] secret(Of of) {
        byte[] fresh = new byte[DayKeys.LENGTH];
        random.nextBytes(fresh);
        if (expired(of.day, of.keep) || of.day > today.toEpochDay() + 1) {
            return fresh;
        }
        LocalDate day = LocalDate.ofEpochDay(of.day);
        Path file = folder.resolve(PipeSites.fileOf("%Y%m%d", day) + "-" + of.keep);
        try {
            try {
                return checked(file, Files.readAllBytes(file));
            } catch (NoSuchFileException e) {
                // Then it is made.
            }
            Path made = Files.createTempFile(
                    folder,
                    "new",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.write(made, fresh);
                // Complete or not there, and never in the place of another logger's.
                Files.createLink(file, made);
                return fresh;
            } catch (FileAlreadyExistsException e) {
                return checked(file, Files.readAllBytes(file));
            } finally {
                Files.deleteIfExists(made);
            }
        } catch (IOException e) {
            problems.accept(e);
            return fresh;
        }
    }

    private static byte[] checked(Path file, byte[] read) throws IOException {
        if (read.length != DayKeys.LENGTH) {
            throw new IOException(file + " is no key: it has " + read.length + " bytes");
        }
        return read;
    }

    private static <K, V> Map<K, V> lru(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }
}
