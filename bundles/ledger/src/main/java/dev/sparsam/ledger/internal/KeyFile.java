package dev.sparsam.ledger.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/** A private key in a file: PKCS#8 in PEM (RFC 7468 section 10), as {@code openssl genpkey -algorithm ed25519} writes it. */
final class KeyFile {
    /** What stands before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410 section 7). */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PRIVATE KEY-----\\s+([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----\\s*");
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private KeyFile() {}

    /** @throws KeyException when there is no such key in the file */
    static Ed25519PrivateKeyParameters read(Path file) throws IOException {
        Matcher pem = PEM.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.matches()) {
            throw unfit(file);
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
            if (der.length == PREFIX.length + Ed25519PrivateKeyParameters.KEY_SIZE
                    && Arrays.equals(der, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
                // The form that everybody writes; the factory loads the classes of all algorithms that there are.
                return new Ed25519PrivateKeyParameters(der, PREFIX.length);
            }
            if (PrivateKeyFactory.createKey(der) instanceof Ed25519PrivateKeyParameters key) {
                return key;
            }
        } catch (IOException | RuntimeException e) {
            // What the decoder finds may hold parts of the key: it is not passed on.
            throw unfit(file);
        }
        throw unfit(file);
    }

    private static KeyException unfit(Path file) {
        return new KeyException("key.unfit", file);
    }

    /** Makes a key and its file. Whoever looks sees either no file or all of it, also after a crash. */
    static Ed25519PrivateKeyParameters create(Path file, SecureRandom random) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new KeyException("key.folder", file);
        }
        Files.createDirectories(folder, only("rwx------"));
        Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(random);
        byte[] der = new byte[PREFIX.length + Ed25519PrivateKeyParameters.KEY_SIZE];
        System.arraycopy(PREFIX, 0, der, 0, PREFIX.length);
        key.encode(der, PREFIX.length);
        String pem = "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(der)
                + "\n-----END PRIVATE KEY-----\n";
        Path draft = Files.createTempFile(folder, file.getFileName() + ".", ".new", only("rw-------"));
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
        if (POSIX) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
        return key;
    }

    /** Whether others than the owner may read or change the file. */
    static boolean isExposed(Path file) throws IOException {
        if (!POSIX) {
            return false;
        }
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        permissions.addAll(Files.getPosixFilePermissions(file));
        permissions.removeAll(PosixFilePermissions.fromString("rwx------"));
        return !permissions.isEmpty();
    }

    private static FileAttribute<?>[] only(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
