package dev.sparsam.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sparsam.ledger.Verification;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyTest {
    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("keys").resolve("ledger.key");
    }

    private SqlLedger open(TestDatabase database, Optional<String> origin) {
        return SqlLedger.open(database.database(), file, origin, Ledgers.CLOCK, new SecureRandom());
    }

    private void refused(TestDatabase database, String... messages) {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> open(database, Optional.empty()))
                .satisfies(e -> assertThat(e.getMessage()).contains(messages));
    }

    @Test
    void theKeyFileIsOnlyForItsOwner() throws IOException {
        KeyFile.create(file, new SecureRandom());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(KeyFile.isExposed(file)).isFalse();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(KeyFile.isExposed(file)).isTrue();
    }

    @Test
    void noDraftOfTheKeyFileIsLeftBehind() throws IOException {
        KeyFile.create(file, new SecureRandom());
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aKeyIsReadBack() throws IOException {
        Ed25519PrivateKeyParameters key = KeyFile.create(file, new SecureRandom());
        assertThat(KeyFile.read(file).getEncoded()).isEqualTo(key.getEncoded());
    }

    @Test
    void aKeyIsReadFromAFileThatHasThePublicKeyAsWell() throws IOException {
        Ed25519PrivateKeyParameters key = KeyFile.create(file, new SecureRandom());
        byte[] der = PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded();
        assertThat(der).hasSizeGreaterThan(48);
        Files.writeString(
                file,
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(der)
                        + "\n-----END PRIVATE KEY-----\n");
        assertThat(KeyFile.read(file).getEncoded()).isEqualTo(key.getEncoded());
    }

    @Test
    void theKeyFileIsPkcs8AsTheJdkReadsIt() throws Exception {
        Ed25519PrivateKeyParameters key = KeyFile.create(file, new SecureRandom());
        String pem = Files.readString(file).replaceAll("-----[A-Z ]+-----|\n", "");
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(KeyFactory.getInstance("Ed25519")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem))));
        signature.update(new byte[] {1, 2, 3});
        byte[] expected = new byte[Ed25519PrivateKeyParameters.SIGNATURE_SIZE];
        key.sign(
                org.bouncycastle.math.ec.rfc8032.Ed25519.Algorithm.Ed25519,
                null,
                new byte[] {1, 2, 3},
                0,
                3,
                expected,
                0);
        assertThat(signature.sign()).isEqualTo(expected);
    }

    @Test
    void aFileWithoutAKeyIsRefusedWithoutShowingWhatItHolds() throws IOException {
        Files.createDirectories(file.getParent());
        for (String content : List.of(
                "",
                "secret",
                "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\n")) {
            Files.writeString(file, content);
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> KeyFile.read(file))
                    .withMessageContaining("holds no Ed25519 private key")
                    .withMessageNotContaining("secret")
                    .withNoCause();
        }
    }

    @Test
    void aRandomOriginIsKept() {
        try (TestDatabase database = Ledgers.database(TestDatabases.H2)) {
            String key = open(database, Optional.empty()).verifierKey();
            assertThat(key).matches("sparsam[.]invalid/ledger/[0-9a-f]{16}[+][0-9a-f]{8}[+].*");
            assertThat(open(database, Optional.empty()).verifierKey()).isEqualTo(key);
        }
    }

    @Test
    void aConfiguredOriginIsKept() {
        try (TestDatabase database = Ledgers.database(TestDatabases.H2)) {
            String key = open(database, Optional.of("example.org/ledger")).verifierKey();
            assertThat(key).startsWith("example.org/ledger+");
            assertThat(open(database, Optional.empty()).verifierKey()).isEqualTo(key);
        }
    }

    @Test
    void anotherOriginForTheSameLedgerIsRefused() {
        try (TestDatabase database = Ledgers.database(TestDatabases.H2)) {
            open(database, Optional.of("example.org/ledger"));
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> open(database, Optional.of("example.org/other")))
                    .withMessageContaining("example.org/ledger")
                    .withMessageContaining("example.org/other")
                    .withMessageContaining("remove it from the configuration");
        }
    }

    @Test
    void anOriginThatCannotBeWrittenIsRefusedAndNoKeyIsLeftBehind() {
        try (TestDatabase database = Ledgers.database(TestDatabases.H2)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> open(database, Optional.of("my ledger")))
                    .withMessageContaining("cannot name a ledger");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void aMissingKeyFileIsNotReplacedByANewOne() throws IOException {
        try (TestDatabase database = Ledgers.database(TestDatabases.H2)) {
            VerifierKey key = VerifierKey.parse(open(database, Optional.empty()).verifierKey());
            Files.delete(file);
            refused(database, key.id(), file.toString(), "put the file back from a backup");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void aKeyOfAnotherLedgerIsRefusedWithBothKeyIds() throws IOException {
        try (TestDatabase database = Ledgers.database(TestDatabases.H2)) {
            VerifierKey key = VerifierKey.parse(open(database, Optional.empty()).verifierKey());
            Files.delete(file);
            SigningKey other = new SigningKey(key.name(), KeyFile.create(file, new SecureRandom()));
            refused(database, key.id(), other.verifier().id(), "Put the right key file there");
        }
    }

    @Test
    void aKeyThatWasMadeBeforeACrashIsTakenUp() throws IOException {
        Ed25519PrivateKeyParameters key = KeyFile.create(file, new SecureRandom());
        try (TestDatabase database = Ledgers.database(TestDatabases.H2)) {
            assertThat(open(database, Optional.of("example.org/ledger")).verifierKey())
                    .isEqualTo(
                            new SigningKey("example.org/ledger", key).verifier().text());
        }
    }

    @Test
    void nodesThatStartAtTheSameTimeShareOneKey() throws Exception {
        try (TestDatabase database = Ledgers.database(TestDatabases.H2)) {
            ExecutorService pool = Executors.newFixedThreadPool(4);
            List<Future<SqlLedger>> nodes = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                nodes.add(pool.submit(() -> open(database, Optional.empty())));
            }
            Set<String> keys = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                SqlLedger node = nodes.get(i).get(60, TimeUnit.SECONDS);
                node.append(Ledgers.receipt(i));
                keys.add(node.verifierKey());
            }
            pool.shutdown();
            assertThat(keys).hasSize(1);
            assertThat(open(database, Optional.empty()).verify()).isEqualTo(new Verification.Intact(4, 4));
        }
    }
}
