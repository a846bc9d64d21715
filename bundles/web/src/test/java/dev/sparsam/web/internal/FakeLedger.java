package dev.sparsam.web.internal;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.ConsistencyProof;
import dev.sparsam.ledger.Entry;
import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.InclusionProof;
import dev.sparsam.ledger.Ledger;
import dev.sparsam.ledger.Verification;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A ledger in memory, with a true tree (by the recursive definitions of RFC 9162 section 2.1) and a true signature. */
final class FakeLedger implements Ledger, ReceiptBook {
    private final List<Entry> entries = new ArrayList<>();
    private final Clock clock;
    private final KeyPair keys;
    boolean broken;
    int queries;

    FakeLedger(Clock clock) {
        this.clock = clock;
        try {
            this.keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized List<Long> append(List<Receipt> receipts) {
        List<Long> places = new ArrayList<>();
        for (Receipt receipt : receipts) {
            long index = entries.size();
            String canonical = "{\"act\":\"" + receipt.act() + "\",\"actor\":\"" + receipt.actor() + "\",\"index\":"
                    + index + ",\"subject\":\"" + receipt.subject() + "\"}";
            Hash leaf = new Hash(sha256(new byte[] {0}, canonical.getBytes(StandardCharsets.UTF_8)));
            entries.add(new Entry(index, clock.instant().truncatedTo(ChronoUnit.MILLIS), receipt, canonical, leaf));
            places.add(index);
        }
        return places;
    }

    synchronized List<Receipt> receipts() {
        return entries.stream().map(Entry::receipt).toList();
    }

    @Override
    public synchronized Optional<Checkpoint> latest() {
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        Hash root = new Hash(root(0, entries.size()));
        String text = "sparsam.test/ledger\n" + entries.size() + "\n" + root.base64() + "\n";
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(keys.getPrivate());
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            byte[] signed = signature.sign();
            byte[] line = Arrays.copyOf(new byte[] {1, 2, 3, 4}, 68);
            System.arraycopy(signed, 0, line, 4, 64);
            String note =
                    text + "\n\u2014 sparsam.test/ledger " + Base64.getEncoder().encodeToString(line) + "\n";
            return Optional.of(new Checkpoint(entries.size(), root, note));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized Optional<Entry> entry(long index) {
        return index < entries.size() ? Optional.of(entries.get((int) index)) : Optional.empty();
    }

    @Override
    public synchronized List<Entry> entries(Query query) {
        queries++;
        List<Entry> found = new ArrayList<>();
        for (int i = entries.size() - 1; i >= 0 && found.size() < query.limit(); i--) {
            Entry entry = entries.get(i);
            boolean fits = query.before().map(before -> entry.index() < before).orElse(true)
                    && query.act().map(entry.receipt().act()::equals).orElse(true)
                    && query.subjects()
                            .map(any -> any.contains(entry.receipt().subject()))
                            .orElse(true);
            if (fits) {
                found.add(entry);
            }
        }
        return found;
    }

    @Override
    public synchronized InclusionProof inclusion(long index, long treeSize) {
        List<Hash> path = new ArrayList<>();
        path((int) index, 0, (int) treeSize, path);
        return new InclusionProof(index, treeSize, path);
    }

    private void path(int index, int from, int to, List<Hash> path) {
        if (to - from == 1) {
            return;
        }
        int middle = from + split(to - from);
        if (index < middle) {
            path(index, from, middle, path);
            path.add(new Hash(root(middle, to)));
        } else {
            path(index, middle, to, path);
            path.add(new Hash(root(from, middle)));
        }
    }

    private byte[] root(int from, int to) {
        if (to - from == 1) {
            return entries.get(from).leafHash().bytes();
        }
        int middle = from + split(to - from);
        return sha256(new byte[] {1}, root(from, middle), root(middle, to));
    }

    private static int split(int size) {
        return Integer.highestOneBit(size - 1);
    }

    @Override
    public ConsistencyProof consistency(long size1, long size2) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Verification verify() {
        return broken
                ? new Verification.Broken(3, "entry 3: the stored hash is not that of its text")
                : new Verification.Intact(entries.size(), 1);
    }

    @Override
    public synchronized void export(OutputStream stream) throws IOException {
        for (Entry entry : entries) {
            stream.write((entry.canonical() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public String verifierKey() {
        byte[] encoded = keys.getPublic().getEncoded();
        byte[] key = new byte[33];
        key[0] = 1;
        System.arraycopy(encoded, encoded.length - 32, key, 1, 32);
        return "sparsam.test/ledger+01020304+" + Base64.getEncoder().encodeToString(key);
    }

    private static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
