package dev.sparsam.web.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private final Passwords passwords = new Passwords(new SecureRandom(), Passwords.Cost.USUAL);

    @Test
    void isHashedAtTheCostThatIsRecommended() {
        String hash = passwords.hash("correct horse battery");

        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(passwords.matches("correct horse battery", Optional.of(hash)))
                .isTrue();
        assertThat(passwords.matches("correct horse batterz", Optional.of(hash)))
                .isFalse();
        assertThat(passwords.hash("correct horse battery")).as("another salt").isNotEqualTo(hash);
    }

    /** From the tests of the reference implementation, whose costs and lengths are not ours. */
    @Test
    void hashesOfOtherProgramsAndCostsAreUnderstood() {
        Optional<String> stored =
                Optional.of("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");

        assertThat(passwords.matches("password", stored)).isTrue();
        assertThat(passwords.matches("differentpassword", stored)).isFalse();
    }

    @Test
    void nothingStoredMatchesNoPassword() {
        assertThat(passwords.matches("", Optional.empty())).isFalse();
        assertThat(passwords.matches("password", Optional.empty())).isFalse();
    }

    @Test
    void somethingElseThanAHashIsSaid() {
        assertThatThrownBy(() -> passwords.matches("password", Optional.of("password")))
                .hasMessageContaining("not in the form of Argon2id");
    }
}
