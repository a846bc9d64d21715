package dev.sparsam.facts;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a host answered when its transport encryption was tried (GDPR Art. 32(1)(a)).
 *
 * @param host the host
 * @param port the TCP port
 * @param protocols the versions that it accepted; empty when it speaks none
 * @param certificate its certificate; empty when it showed none
 */
public record TlsProbe(String host, int port, List<Version> protocols, Optional<Certificate> certificate)
        implements Fact {
    /** Checks the form and keeps a copy. */
    public TlsProbe {
        Checks.host("TlsProbe.host", host);
        Checks.range("TlsProbe.port", port, 1, 65_535);
        protocols = Checks.distinct("TlsProbe.protocols", protocols);
    }

    /** Versions of the protocol. */
    public enum Version {
        /** RFC 6101. */
        SSL_3_0,
        /** RFC 2246. */
        TLS_1_0,
        /** RFC 4346. */
        TLS_1_1,
        /** RFC 5246. */
        TLS_1_2,
        /** RFC 8446. */
        TLS_1_3
    }

    /**
     * A certificate.
     *
     * @param sha256 the hash of its DER form, lower-case hex
     * @param trusted whether it leads to a root that browsers trust and names the host
     * @param notAfter until when it is valid
     */
    public record Certificate(String sha256, boolean trusted, Instant notAfter) {
        /** Checks the hash. */
        public Certificate {
            Checks.sha256("TlsProbe.Certificate.sha256", sha256);
        }
    }
}
