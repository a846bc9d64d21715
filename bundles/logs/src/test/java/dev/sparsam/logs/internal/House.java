package dev.sparsam.logs.internal;

import dev.sparsam.ledger.Checkpoint;
import dev.sparsam.ledger.ConsistencyProof;
import dev.sparsam.ledger.Entry;
import dev.sparsam.ledger.Hash;
import dev.sparsam.ledger.InclusionProof;
import dev.sparsam.ledger.Ledger;
import dev.sparsam.ledger.Verification;
import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.PersonType;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.RetentionRule;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopePath;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantStatus;
import dev.sparsam.panel.spi.Page;
import dev.sparsam.panel.spi.PageRequest;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.settings.Limits;
import dev.sparsam.settings.Resolved;
import dev.sparsam.settings.ScopeRule;
import dev.sparsam.settings.Setting;
import dev.sparsam.settings.Settings;
import dev.sparsam.store.Database;
import dev.sparsam.store.Jobs;
import dev.sparsam.store.Receipt;
import dev.sparsam.store.ReceiptBook;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The rest of the house, as simple as a sweep needs it: a panel with a customer whose the sites are and another one, settings, receipts in a table. */
final class House {
    static final TenantId PROVIDER = new TenantId("p");
    static final TenantId CUSTOMER = new TenantId("c");
    private static final TenantId OTHER = new TenantId("o");

    final Map<SiteId, Site> sites = new LinkedHashMap<>();
    final Map<SiteId, List<LogStream>> streams = new HashMap<>();
    /** Of these the panel cannot say where the logs are. */
    final Set<SiteId> broken = new HashSet<>();

    final Map<Scope, RetentionRule> retention = new HashMap<>();
    final Map<Scope, AddressMasking> masking = new HashMap<>();
    /** What holds for all sites; of these settings there is nothing else. */
    final Map<Setting<?>, Object> everywhere = new HashMap<>();

    final List<String[]> submitted = new ArrayList<>();
    final Receipts receipts;
    /** How long scheduled sweeps trust what they know. */
    Duration trusted = Duration.ofHours(20);

    /** Which files are open, for plans. */
    private Supplier<OpenFiles> open = House::openFiles;

    /** Is called when the panel is asked. */
    Runnable asked = () -> {};
    /** How often settings have been asked for, however many scopes at once. */
    int resolved;

    /** What can be seen, taken for all there is: tests also run for users and in containers that do not see everything. */
    static OpenFiles openFiles() {
        return new OpenFiles(OpenFiles.read(Path.of("/proc"), key -> true).writing(), true);
    }

    /**
     * Nobody writes to a log. For clocks that stand still: what was open once counts as open for ever then, and the number of
     * a file of whatever other process may have been given to a log since.
     */
    House nobodyWrites() {
        open = () -> new OpenFiles(Set.of(), true);
        return this;
    }

    /** The service on this house's panel, settings and receipts. */
    SweepService sweeps(Database database, Clock clock) {
        return new SweepService(
                database,
                jobs(),
                settings(),
                tenantDirectory(),
                siteDirectory(),
                receipts,
                receipts,
                new SweepWork(
                        clock,
                        ZoneOffset.UTC,
                        OwnFormats.NONE,
                        new SweepLimits(Duration.ofMinutes(5), Duration.ofDays(90), trusted, LargestLog.ANY),
                        Owners.of(Path.of("/proc/self/status")),
                        open),
                holds(database, clock),
                new KeyStore(database, new SecureRandom(), clock, ZoneOffset.UTC),
                clock);
    }

    Holds holds(Database database, Clock clock) {
        return holds(database, ZoneOffset.UTC, clock);
    }

    Holds holds(Database database, ZoneId zone, Clock clock) {
        return new Holds(database, siteDirectory(), receipts, zone, clock);
    }

    House(Database database) {
        receipts = new Receipts(database);
    }

    Site site(String id, Path directory) {
        Site site = new Site(new SiteId(id), CUSTOMER, "web1", id + ".test", Optional.empty());
        sites.put(site.id(), site);
        streams.put(
                site.id(),
                List.of(
                        new LogStream(site.id(), LogKind.WEB_ACCESS, directory, "*access.log*"),
                        new LogStream(site.id(), LogKind.WEB_ERROR, directory, "*error.log*")));
        return site;
    }

    /** Takes a site's error logs away. */
    void accessOnly(Site site) {
        streams.computeIfPresent(
                site.id(),
                (id, all) -> all.stream()
                        .filter(stream -> stream.kind() == LogKind.WEB_ACCESS)
                        .toList());
    }

    /** Gives a site to the other customer. */
    void giveAway(Site site) {
        sites.put(site.id(), new Site(site.id(), OTHER, site.server(), site.domain(), site.parent()));
    }

    /** Lets a site's logs lie somewhere else, as an import does. */
    void move(Site site, Path directory) {
        streams.computeIfPresent(
                site.id(),
                (id, all) -> all.stream()
                        .map(stream -> new LogStream(id, stream.kind(), directory, stream.files()))
                        .toList());
    }

    Jobs jobs() {
        return new Jobs() {
            @Override
            public boolean submit(String handler, String id, String payload) {
                return submitted.add(new String[] {id, payload});
            }
        };
    }

    TenantDirectory tenantDirectory() {
        return new TenantDirectory() {
            @Override
            public Page<Tenant> tenants(PageRequest request) {
                return new Page<>(
                        List.of(
                                tenant(PROVIDER).orElseThrow(),
                                tenant(CUSTOMER).orElseThrow(),
                                tenant(OTHER).orElseThrow()),
                        Optional.empty());
            }

            @Override
            public Optional<Tenant> tenant(TenantId id) {
                asked.run();
                boolean provider = id.equals(PROVIDER);
                return Optional.of(new Tenant(
                                id,
                                provider ? TenantKind.PROVIDER : TenantKind.CUSTOMER,
                                provider ? Optional.empty() : Optional.of(PROVIDER),
                                "Tenant " + id,
                                PersonType.LEGAL,
                                Locale.GERMAN,
                                TenantStatus.ACTIVE))
                        .filter(tenant -> provider || id.equals(CUSTOMER) || id.equals(OTHER));
            }
        };
    }

    SiteDirectory siteDirectory() {
        return new SiteDirectory() {
            @Override
            public Page<Site> sites(PageRequest request) {
                asked.run();
                return new Page<>(List.copyOf(sites.values()), Optional.empty());
            }

            @Override
            public Optional<Site> site(SiteId id) {
                asked.run();
                return Optional.ofNullable(sites.get(id));
            }

            @Override
            public List<LogStream> logStreams(SiteId id) {
                if (broken.contains(id)) {
                    throw new IllegalStateException("the panel knows nothing of " + id);
                }
                return streams.getOrDefault(id, List.of());
            }
        };
    }

    Settings settings() {
        return new Settings() {
            @Override
            public <T> Resolved<T> resolve(Setting<T> setting, ScopePath path) {
                Map<Scope, ?> own = setting.equals(LogSettings.MASKING)
                        ? masking
                        : setting.equals(LogSettings.RETENTION.live()) ? retention : Map.of();
                @SuppressWarnings("unchecked") // the maps hold values of the setting that they belong to
                T value = (T) Optional.<Object>ofNullable(own.get(path.leaf()))
                        .or(() -> Optional.ofNullable(everywhere.get(setting)))
                        .orElse(setting.builtIn());
                return new Resolved<>(
                        value,
                        Optional.of(path.leaf()),
                        List.of(new Resolved.Step<>(path.leaf(), ScopeRule.none(), Resolved.Verdict.APPLIED, value)));
            }

            @Override
            public <T> Map<Scope, Resolved<T>> resolveAll(Setting<T> setting, Collection<ScopePath> paths) {
                resolved++;
                Map<Scope, Resolved<T>> all = new LinkedHashMap<>();
                paths.forEach(path -> all.put(path.leaf(), resolve(setting, path)));
                return all;
            }

            @Override
            public Set<Setting<?>> said(Collection<Setting<?>> settings) {
                Set<Setting<?>> said = new HashSet<>(everywhere.keySet());
                said.addAll(Set.of(LogSettings.MASKING, LogSettings.RETENTION.live()));
                return said;
            }

            @Override
            public <T> Limits<T> limits(Setting<T> setting, ScopePath path) {
                throw new AssertionError("a sweep changes no setting");
            }

            @Override
            public <T> Outcome preview(Change<T> change) {
                throw new AssertionError("a sweep changes no setting");
            }

            @Override
            public <T> Outcome change(Change<T> change) {
                throw new AssertionError("a sweep changes no setting");
            }

            @Override
            public List<HistoryEntry> history(Scope scope, Setting<?> setting, int limit) {
                return List.of();
            }

            @Override
            public List<Pending> pending(Setting<?> setting) {
                return List.of();
            }

            @Override
            public boolean withdraw(long pendingId, Principal by, String reason) {
                return false;
            }

            @Override
            public int applyDue() {
                return 0;
            }
        };
    }

    /** A ledger without proofs, whose table takes part in transactions as the real one does. */
    static final class Receipts implements ReceiptBook, Ledger {
        private final Database database;

        private Receipts(Database database) {
            this.database = database;
            database.transaction(sql -> sql.update("create table if not exists test_receipt (no bigint primary key,"
                    + " subject text not null, counts text not null, rules text not null)"));
        }

        @Override
        public List<Long> append(List<Receipt> receipts) {
            return database.transaction(sql -> {
                List<Long> places = new ArrayList<>();
                for (Receipt receipt : receipts) {
                    long place = count();
                    sql.update(
                            "insert into test_receipt (no, subject, counts, rules) values (?, ?, ?, ?)",
                            place,
                            receipt.subject(),
                            receipt.counts().toString() + " " + receipt.hashes() + " " + receipt.values(),
                            receipt.rules().toString());
                    places.add(place);
                }
                return places;
            });
        }

        long count() {
            return database.transaction(
                    sql -> sql.first("select count(*) as n from test_receipt", row -> row.number("n"))
                            .orElseThrow());
        }

        /** {@code subject counts rules} of every receipt. */
        List<String> all() {
            return database.transaction(sql -> sql.query(
                    "select * from test_receipt order by no",
                    row -> row.text("subject") + " " + row.text("counts") + " " + row.text("rules")));
        }

        @Override
        public Optional<Entry> entry(long index) {
            Receipt receipt = Receipt.of("test", "test", "test");
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256")
                        .digest(Long.toString(index).getBytes(StandardCharsets.UTF_8));
                return Optional.of(new Entry(index, Instant.EPOCH, receipt, "", new Hash(hash)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Optional<Checkpoint> latest() {
            throw new AssertionError("a sweep needs no checkpoint");
        }

        @Override
        public List<Entry> entries(Query query) {
            List<Entry> entries = new ArrayList<>();
            long place = query.before().orElseThrow() - 1;
            while (place >= 0 && entries.size() < query.limit()) {
                entries.add(entry(place--).orElseThrow());
            }
            return entries;
        }

        @Override
        public InclusionProof inclusion(long index, long treeSize) {
            throw new AssertionError("a sweep needs no proof");
        }

        @Override
        public ConsistencyProof consistency(long size1, long size2) {
            throw new AssertionError("a sweep needs no proof");
        }

        @Override
        public Verification verify() {
            throw new AssertionError("a sweep verifies nothing");
        }

        @Override
        public void export(OutputStream stream) {
            throw new AssertionError("a sweep exports nothing");
        }

        @Override
        public String verifierKey() {
            throw new AssertionError("a sweep needs no key");
        }
    }
}
