package dev.sparsam.web.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The proxies that stand before us. What they write at the end of {@code X-Forwarded-For} is believed; what was in it
 * when it reached the first of them may be made up.
 */
final class Proxies {
    private final Set<InetAddress> trusted;

    private Proxies(Set<InetAddress> trusted) {
        this.trusted = trusted;
    }

    /**
     * Reads a setting.
     *
     * @throws IllegalArgumentException when an entry is no address
     */
    static Proxies of(String setting) {
        Set<InetAddress> trusted = new HashSet<>();
        for (String address : setting.split(",", -1)) {
            if (!address.isBlank()) {
                trusted.add(parse(address)
                        .orElseThrow(() -> new IllegalArgumentException("dev.sparsam.web: proxies \"" + address.strip()
                                + "\" is no address; write addresses such as 127.0.0.1, ::1")));
            }
        }
        return new Proxies(trusted);
    }

    /**
     * Whose request it is.
     *
     * @param peer the other end of the connection
     * @param forwardedFor the values of {@code X-Forwarded-For}, in order
     */
    String client(String peer, List<String> forwardedFor) {
        List<String> hops = new ArrayList<>();
        forwardedFor.forEach(value -> hops.addAll(List.of(value.split(",", -1))));
        hops.add(peer);
        String client = peer;
        for (int i = hops.size() - 1; i >= 0; i--) {
            Optional<InetAddress> hop = parse(hops.get(i));
            if (hop.isEmpty()) {
                return client;
            }
            client = hops.get(i).strip();
            if (!trusted.contains(hop.get())) {
                return client;
            }
        }
        return client;
    }

    /** Never asks a name server: only what looks like an address is taken for one. */
    private static Optional<InetAddress> parse(String text) {
        String address = text.strip();
        if (!address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(address));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
