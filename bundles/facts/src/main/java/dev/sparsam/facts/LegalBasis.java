package dev.sparsam.facts;

import java.util.Optional;

/**
 * Why processing is lawful (GDPR Art. 13(1)(c), Art. 6(1)).
 *
 * @param id by which purposes refer to it
 * @param ground the letter of Art. 6(1)
 * @param provision the provision of Union or national law that obliges or empowers (GDPR Art. 6(3)), as a reference of
 *     the law pack, for example {@code BSIG-49-2}
 */
public record LegalBasis(String id, Ground ground, Optional<String> provision) implements Fact {
    /** Checks the ids. */
    public LegalBasis {
        Checks.id("LegalBasis.id", id);
        Checks.optional("LegalBasis.provision", provision, Checks::id);
    }

    /** The grounds of GDPR Art. 6(1). */
    public enum Ground {
        /** Art. 6(1)(a). */
        CONSENT("a"),
        /** Art. 6(1)(b). */
        CONTRACT("b"),
        /** Art. 6(1)(c). */
        LEGAL_OBLIGATION("c"),
        /** Art. 6(1)(d). */
        VITAL_INTERESTS("d"),
        /** Art. 6(1)(e). */
        PUBLIC_TASK("e"),
        /** Art. 6(1)(f). */
        LEGITIMATE_INTERESTS("f");

        private final String letter;

        Ground(String letter) {
            this.letter = letter;
        }

        /** The letter of Art. 6(1), {@code a} to {@code f}. */
        public String letter() {
            return letter;
        }
    }
}
