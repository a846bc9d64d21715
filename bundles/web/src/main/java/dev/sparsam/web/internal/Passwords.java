package dev.sparsam.web.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Hashes passwords with Argon2id (RFC 9106), written as PHC strings; at most two at a time, so memory stays bounded. */
final class Passwords {
    /** The fewest characters of a password that a person chooses. */
    static final int MIN_LENGTH = 12;

    /** The most characters: enough for any sentence, and no work for an attacker to give us. */
    static final int MAX_LENGTH = 256;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,2})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");
    /** Without letters and digits that are mistaken for each other. */
    private static final String ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /**
     * What one guess costs (RFC 9106 section 3.1).
     *
     * @param kib the memory in KiB
     * @param passes over this memory
     * @param lanes that could be filled at the same time
     */
    record Cost(int kib, int passes, int lanes) {
        /** The second choice of the OWASP Password Storage Cheat Sheet: 19 MiB, which two logins at once may hold. */
        static final Cost USUAL = new Cost(19 * 1024, 2, 1);
    }

    private final SecureRandom random;
    private final Cost cost;
    private final Semaphore permits = new Semaphore(2, true);
    private final String decoy;

    Passwords(SecureRandom random, Cost cost) {
        this.random = random;
        this.cost = cost;
        // What an unknown account is checked against: it costs the same and never matches.
        byte[] nothing = new byte[HASH_BYTES];
        this.decoy = phc(cost, salt(), nothing);
    }

    /** A random password to be used once, of about 116 bits. */
    String oneTime() {
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            password.append(i > 0 && i % 5 == 0 ? "-" : "")
                    .append(ONE_TIME_ALPHABET.charAt(random.nextInt(ONE_TIME_ALPHABET.length())));
        }
        return password.toString();
    }

    /** By what a one-time password is known again at once; of a password that a person chose this would say too much. */
    static String fingerprint(String oneTime) {
        return Sha256.hex(oneTime.getBytes(StandardCharsets.UTF_8));
    }

    String hash(String password) {
        byte[] salt = salt();
        return phc(cost, salt, derive(password, salt, cost, HASH_BYTES));
    }

    /** Compares in a time that does not depend on whether there is something to compare with. */
    boolean matches(String password, Optional<String> stored) {
        Matcher matcher = PHC.matcher(stored.orElse(decoy));
        if (!matcher.matches()) {
            throw new IllegalStateException(
                    "A stored password hash is not in the form of Argon2id: set the account's password anew");
        }
        Base64.Decoder decoder = Base64.getDecoder();
        byte[] expected = decoder.decode(matcher.group(5));
        byte[] actual = derive(
                password,
                decoder.decode(matcher.group(4)),
                new Cost(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3))),
                expected.length);
        return MessageDigest.isEqual(expected, actual) && stored.isPresent();
    }

    private byte[] salt() {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return salt;
    }

    private byte[] derive(String password, byte[] salt, Cost cost, int length) {
        acquire();
        try {
            Argon2BytesGenerator argon = new Argon2BytesGenerator();
            argon.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(cost.kib())
                    .withIterations(cost.passes())
                    .withParallelism(cost.lanes())
                    .withSalt(salt)
                    .build());
            byte[] hash = new byte[length];
            argon.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
            return hash;
        } finally {
            permits.release();
        }
    }

    private void acquire() {
        try {
            if (!permits.tryAcquire(10, TimeUnit.SECONDS)) {
                throw new PageException(503, "error.busy");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PageException(503, "error.busy");
        }
    }

    private static String phc(Cost cost, byte[] salt, byte[] hash) {
        Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return String.format(
                Locale.ROOT,
                "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s",
                cost.kib(),
                cost.passes(),
                cost.lanes(),
                encoder.encodeToString(salt),
                encoder.encodeToString(hash));
    }
}
