package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.AddressMasking.Pseudonym;
import dev.sparsam.logs.AddressScope;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.MaskingPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a log became when addresses in it were replaced by pseudonyms. It begins with lines that were handled, and at each
 * turn they change: from there on they are as they were written, from the next turn on they have been handled again. What
 * has been added behind its end is as it was written.
 *
 * @param length of the content, decompressed, in bytes
 * @param sha256 of the content, hexadecimal
 * @param masking what became of addresses
 * @param scope of which
 * @param version {@link LineScanner.Context#version} of who did it: under another one there may be more addresses
 * @param newest the latest time of a line
 * @param turns offsets in the content, ascending
 */
record Pseudonymised(
        long length,
        String sha256,
        AddressMasking masking,
        AddressScope scope,
        int version,
        Optional<Instant> newest,
        List<Long> turns) {
    /** Of a log of which nothing is known. */
    static final Pseudonymised NOTHING = new Pseudonymised(
            0, "", new AddressMasking.Keep(), AddressScope.LINE, LineScanner.VERSION, Optional.empty(), List.of());

    /** Keeps a copy. */
    Pseudonymised {
        turns = List.copyOf(turns);
    }

    /**
     * Whether what is handled need not be handled again under a policy that makes pseudonyms: these are as strict, and no
     * address was left alone that is to get one now.
     *
     * @param under {@link LineScanner.Context#version}
     */
    boolean covers(MaskingPolicy policy, int under) {
        return masking instanceof Pseudonym
                && version == under
                && LogSettings.ADDRESS.all().type().strictness().atLeast(masking, policy.addresses())
                && LogSettings.SCOPE.all().type().strictness().atLeast(scope, policy.scope());
    }
}
