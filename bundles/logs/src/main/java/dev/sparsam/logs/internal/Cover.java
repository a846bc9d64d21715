package dev.sparsam.logs.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Sites that a sweep found as they were. They have one receipt together, which says nothing of each but the root of a
 * Merkle tree: whoever is shown the line of his own site and the hashes beside its way up can check that it is meant,
 * and learns nothing of the others.
 *
 * @param id its number
 * @param sites how many
 * @param root of the tree, hexadecimal
 * @param proven whether a sweep has left a receipt for just these sites
 */
record Cover(long id, int sites, String root, boolean proven) {
    /**
     * A site.
     *
     * @param look the sweep that looked at it
     * @param left what was left as it is
     * @param cover with which sites it was found as it was the last time
     */
    record Member(SweptSite site, long look, Look.Left left, Optional<Long> cover) {
        /** What the receipt says of it. */
        String line() {
            return site.site() + " " + site.rules() + " files=" + left.files() + " missing=" + left.missing()
                    + " problems=" + left.problems() + " look=" + look;
        }
    }

    /** The root over the lines of these sites in this order, hashed as in RFC 9162 section 2.1.1. */
    static String root(List<Member> members) {
        MessageDigest sha256 = LogInput.newSha256();
        List<byte[]> hashes = new ArrayList<>(members.size());
        for (Member member : members) {
            sha256.update((byte) 0);
            hashes.add(sha256.digest(member.line().getBytes(StandardCharsets.UTF_8)));
        }
        // Two by two; one that is left over goes up as it is, which is the tree of the RFC.
        while (hashes.size() > 1) {
            List<byte[]> above = new ArrayList<>((hashes.size() + 1) / 2);
            for (int i = 0; i < hashes.size(); i += 2) {
                if (i + 1 == hashes.size()) {
                    above.add(hashes.get(i));
                } else {
                    sha256.update((byte) 1);
                    sha256.update(hashes.get(i));
                    above.add(sha256.digest(hashes.get(i + 1)));
                }
            }
            hashes = above;
        }
        return HexFormat.of().formatHex(hashes.get(0));
    }
}
