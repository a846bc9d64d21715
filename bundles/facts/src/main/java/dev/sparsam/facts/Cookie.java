package dev.sparsam.facts;

import java.time.Duration;
import java.util.Optional;

/**
 * Something that is stored on, or read from, the device of a person (§ 25 TDDDG, Directive 2002/58/EC Art. 5(3)).
 *
 * @param name its name, as the browser shows it
 * @param host the host that sets or reads it
 * @param storage how it is stored or read
 * @param category what it is for
 * @param lifetime how long it stays; empty when it goes with the session
 * @param exemption the id of the reason why no consent is needed (§ 25(2) TDDDG)
 * @param consent the id of the consent that is asked (§ 25(1) TDDDG)
 */
public record Cookie(
        String name,
        String host,
        Storage storage,
        Category category,
        Optional<Duration> lifetime,
        Optional<String> exemption,
        Optional<String> consent)
        implements Fact {
    /** Checks the form, and that it is not both exempt and subject to consent. */
    public Cookie {
        Checks.text("Cookie.name", name);
        Checks.host("Cookie.host", host);
        lifetime.ifPresent(time -> Checks.that(
                !time.isNegative() && !time.isZero(), "Cookie.lifetime is " + time + ": it is longer than nothing"));
        Checks.optional("Cookie.exemption", exemption, Checks::id);
        Checks.optional("Cookie.consent", consent, Checks::id);
        Checks.that(
                exemption.isEmpty() || consent.isEmpty(),
                "Cookie \"" + name + "\" names an exemption and a consent: it is one or the other");
    }

    /** How something is stored or read. */
    public enum Storage {
        /** A cookie. */
        COOKIE,
        /** The browser's local storage. */
        LOCAL_STORAGE,
        /** The browser's session storage. */
        SESSION_STORAGE,
        /** The browser's database. */
        INDEXED_DB,
        /** An image or script that reads properties of the device. */
        PIXEL
    }

    /** What something on a device is for. */
    public enum Category {
        /** Without it the service that the person asked for does not work. */
        NECESSARY,
        /** Remembers a choice for comfort. */
        PREFERENCE,
        /** Measures use. */
        ANALYTICS,
        /** Advertises. */
        MARKETING
    }
}
