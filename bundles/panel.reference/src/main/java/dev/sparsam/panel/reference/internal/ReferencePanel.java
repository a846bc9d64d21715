package dev.sparsam.panel.reference.internal;

import dev.sparsam.panel.LogKind;
import dev.sparsam.panel.LogStorage;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.PersonType;
import dev.sparsam.panel.Rotation;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.panel.Tenant;
import dev.sparsam.panel.TenantId;
import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.TenantStatus;
import dev.sparsam.panel.spi.InventoryPort;
import dev.sparsam.panel.spi.Page;
import dev.sparsam.panel.spi.PageRequest;
import dev.sparsam.panel.spi.PanelConnector;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** The panel: its tables, and the ports on them. */
final class ReferencePanel implements PanelConnector, TenantDirectory, SiteDirectory, InventoryPort {
    private static final int CHUNK = 1_000;

    /** Up to so many sites are named in a query. */
    private static final int NAMED_SITES = 1_000;

    private final DataSource connections;

    ReferencePanel(DataSource connections) {
        this.connections = connections;
    }

    @Override
    public PanelInfo info() {
        return new PanelInfo("Sparsam reference panel", "1");
    }

    @Override
    public Health health() {
        try {
            return read(connection -> {
                long tenants = count(connection, "panel_tenant");
                long sites = count(connection, "panel_site");
                return new Health(
                        true,
                        tenants == 0
                                ? "No tenants yet: import an inventory file (panel:import FILE)"
                                : tenants + " tenants and " + sites + " sites");
            });
        } catch (IllegalStateException e) {
            return new Health(false, String.valueOf(e.getMessage()));
        }
    }

    /** Whether nothing has been imported yet. */
    boolean empty() {
        return read(connection -> count(connection, "panel_tenant") == 0);
    }

    @Override
    public Page<Tenant> tenants(PageRequest request) {
        return page(
                request,
                "select * from panel_tenant",
                ReferencePanel::tenant,
                tenant -> tenant.id().value());
    }

    @Override
    public Optional<Tenant> tenant(TenantId id) {
        return read(connection ->
                query(connection, "select * from panel_tenant where id = ?", ReferencePanel::tenant, id.value())
                        .stream()
                        .findFirst());
    }

    @Override
    public Page<Site> sites(PageRequest request) {
        return page(
                request,
                "select * from panel_site",
                ReferencePanel::site,
                site -> site.id().value());
    }

    @Override
    public Optional<Site> site(SiteId id) {
        return read(connection ->
                query(connection, "select * from panel_site where id = ?", ReferencePanel::site, id.value()).stream()
                        .findFirst());
    }

    @Override
    public List<LogStream> logStreams(SiteId id) {
        return read(connection -> query(
                connection, "select * from panel_log where site = ? order by nr", ReferencePanel::log, id.value()));
    }

    @Override
    public Map<SiteId, List<LogStream>> logStreams(Collection<SiteId> ids) {
        Set<SiteId> wanted = Set.copyOf(ids);
        if (wanted.isEmpty()) {
            return Map.of();
        }
        // Of many, all are read: a statement cannot name them.
        boolean named = wanted.size() <= NAMED_SITES;
        String where =
                named ? " where site in (" + String.join(", ", Collections.nCopies(wanted.size(), "?")) + ")" : "";
        Object[] arguments = named ? wanted.stream().map(SiteId::value).toArray() : new Object[0];
        List<LogStream> found = read(connection -> query(
                connection, "select * from panel_log" + where + " order by site, nr", ReferencePanel::log, arguments));
        return found.stream()
                .filter(stream -> wanted.contains(stream.site()))
                .collect(Collectors.groupingBy(LogStream::site));
    }

    @Override
    public ImportReport preview(InputStream file, Locale language) throws IOException {
        return change(file, new Words(language), false);
    }

    @Override
    public ImportReport apply(InputStream file, Locale language) throws IOException {
        return change(file, new Words(language), true);
    }

    @Override
    public void export(OutputStream file) throws IOException {
        // In a transaction: the three tables as they were at one moment.
        InventoryWriter.write(inTransaction(ReferencePanel::current), file);
    }

    private ImportReport change(InputStream file, Words words, boolean apply) throws IOException {
        InventoryReader.Result result = InventoryReader.read(file, words);
        if (result.inventory().isEmpty()) {
            return new ImportReport(result.problems(), List.of(), List.of(), List.of(), 0);
        }
        Inventory wanted = result.inventory().get();
        return inTransaction(connection -> {
            Inventory current = current(connection);
            Difference<Tenant> tenants = Difference.of(current.tenants(), wanted.tenants());
            Difference<Inventory.SiteEntry> sites = Difference.of(current.sites(), wanted.sites());
            if (apply) {
                store(connection, tenants, sites);
            }
            return new ImportReport(
                    List.of(),
                    names(words, tenants.added(), sites.added()),
                    names(words, tenants.changed(), sites.changed()),
                    names(words, tenants.removed(), sites.removed()),
                    tenants.unchanged() + sites.unchanged());
        });
    }

    private static List<String> names(Words words, List<Tenant> tenants, List<Inventory.SiteEntry> sites) {
        List<String> names = new ArrayList<>();
        for (Tenant tenant : tenants) {
            names.add(words.say(
                    "name.tenant",
                    words.kind(tenant.kind()),
                    tenant.label(),
                    tenant.id().value()));
        }
        for (Inventory.SiteEntry entry : sites) {
            names.add(words.say(
                    "name.site", entry.site().domain(), entry.site().id().value()));
        }
        return names;
    }

    private static void store(Connection connection, Difference<Tenant> tenants, Difference<Inventory.SiteEntry> sites)
            throws SQLException {
        List<Object[]> oldTenants = new ArrayList<>();
        List<Object[]> newTenants = new ArrayList<>();
        List<Object[]> oldSites = new ArrayList<>();
        List<Object[]> newSites = new ArrayList<>();
        List<Object[]> newLogs = new ArrayList<>();
        tenants.gone()
                .forEach(tenant -> oldTenants.add(new Object[] {tenant.id().value()}));
        sites.gone()
                .forEach(entry -> oldSites.add(new Object[] {entry.site().id().value()}));
        for (Tenant tenant : tenants.come()) {
            newTenants.add(new Object[] {
                tenant.id().value(),
                tenant.kind().name(),
                tenant.parent().map(TenantId::value),
                tenant.label(),
                tenant.personType().name(),
                tenant.language().toLanguageTag(),
                tenant.status().name()
            });
        }
        for (Inventory.SiteEntry entry : sites.come()) {
            Site site = entry.site();
            newSites.add(new Object[] {
                site.id().value(),
                site.tenant().value(),
                site.server(),
                site.domain(),
                site.parent().map(SiteId::value)
            });
            int nr = 0;
            for (LogStream log : entry.logs()) {
                newLogs.add(new Object[] {
                    site.id().value(),
                    nr++,
                    log.kind().name(),
                    log.directory().toString(),
                    log.files(),
                    log.storage().name(),
                    log.rotation().map(Rotation::toString)
                });
            }
        }
        batch(connection, "delete from panel_log where site = ?", oldSites);
        batch(connection, "delete from panel_site where id = ?", oldSites);
        batch(connection, "delete from panel_tenant where id = ?", oldTenants);
        batch(
                connection,
                "insert into panel_tenant (id, kind, parent, label, person_type, language, status)"
                        + " values (?, ?, ?, ?, ?, ?, ?)",
                newTenants);
        batch(
                connection,
                "insert into panel_site (id, tenant, server, domain, parent) values (?, ?, ?, ?, ?)",
                newSites);
        batch(
                connection,
                "insert into panel_log (site, nr, kind, directory, files, storage, rotation)"
                        + " values (?, ?, ?, ?, ?, ?, ?)",
                newLogs);
    }

    private static void batch(Connection connection, String statement, List<Object[]> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            int waiting = 0;
            for (Object[] row : rows) {
                bind(prepared, row);
                prepared.addBatch();
                if (++waiting == CHUNK) {
                    prepared.executeBatch();
                    waiting = 0;
                }
            }
            if (waiting > 0) {
                prepared.executeBatch();
            }
        }
    }

    private static Inventory current(Connection connection) throws SQLException {
        Map<SiteId, List<LogStream>> logs = new HashMap<>();
        for (LogStream log : query(connection, "select * from panel_log order by site, nr", ReferencePanel::log)) {
            logs.computeIfAbsent(log.site(), unused -> new ArrayList<>()).add(log);
        }
        List<Inventory.SiteEntry> sites = query(connection, "select * from panel_site", ReferencePanel::site).stream()
                .map(site -> new Inventory.SiteEntry(site, logs.getOrDefault(site.id(), List.of())))
                .toList();
        return Inventory.of(query(connection, "select * from panel_tenant", ReferencePanel::tenant), sites);
    }

    private <T> Page<T> page(PageRequest request, String select, RowReader<T> reader, Function<T, String> id) {
        List<T> rows = read(connection -> request.token().isEmpty()
                ? query(connection, select + " order by id limit ?", reader, request.limit() + 1)
                : query(
                        connection,
                        select + " where id > ? order by id limit ?",
                        reader,
                        request.token().get(),
                        request.limit() + 1));
        if (rows.size() <= request.limit()) {
            return new Page<>(rows, Optional.empty());
        }
        List<T> items = rows.subList(0, request.limit());
        return new Page<>(items, Optional.of(id.apply(items.get(items.size() - 1))));
    }

    private static long count(Connection connection, String table) throws SQLException {
        return query(connection, "select count(*) as n from " + table, row -> row.getLong("n"))
                .get(0);
    }

    private static Tenant tenant(ResultSet row) throws SQLException {
        return new Tenant(
                new TenantId(row.getString("id")),
                TenantKind.valueOf(row.getString("kind")),
                Optional.ofNullable(row.getString("parent")).map(TenantId::new),
                row.getString("label"),
                PersonType.valueOf(row.getString("person_type")),
                Locale.forLanguageTag(row.getString("language")),
                TenantStatus.valueOf(row.getString("status")));
    }

    private static Site site(ResultSet row) throws SQLException {
        return new Site(
                new SiteId(row.getString("id")),
                new TenantId(row.getString("tenant")),
                row.getString("server"),
                row.getString("domain"),
                Optional.ofNullable(row.getString("parent")).map(SiteId::new));
    }

    private static LogStream log(ResultSet row) throws SQLException {
        return new LogStream(
                new SiteId(row.getString("site")),
                LogKind.valueOf(row.getString("kind")),
                Path.of(row.getString("directory")),
                row.getString("files"),
                LogStorage.valueOf(row.getString("storage")),
                Optional.ofNullable(row.getString("rotation")).map(Rotation::parse));
    }

    private static <T> List<T> query(Connection connection, String select, RowReader<T> reader, Object... arguments)
            throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement(select)) {
            bind(prepared, arguments);
            prepared.setFetchSize(CHUNK);
            try (ResultSet rows = prepared.executeQuery()) {
                List<T> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(reader.read(rows));
                }
                return all;
            }
        }
    }

    private static void bind(PreparedStatement prepared, Object[] arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            Object value = arguments[i] instanceof Optional<?> optional ? optional.orElse(null) : arguments[i];
            prepared.setObject(i + 1, value);
        }
    }

    private <T> T read(Query<T> query) {
        try (Connection connection = connections.getConnection()) {
            return query.run(connection);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private <T> T inTransaction(Query<T> query) {
        return read(connection -> {
            connection.setAutoCommit(false);
            // Two imports at the same time must not mix.
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            boolean done = false;
            try {
                T result = query.run(connection);
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    connection.rollback();
                }
            }
        });
    }

    private static IllegalStateException failed(SQLException e) {
        return new IllegalStateException(
                "The tables of the reference panel cannot be read or written; nothing was changed. Check the database"
                        + " and try again",
                e);
    }

    @FunctionalInterface
    private interface Query<T> {
        T run(Connection connection) throws SQLException;
    }

    @FunctionalInterface
    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** What must go and come to make one map equal to another; what changes goes and comes. */
    private record Difference<V>(List<V> added, List<V> changed, List<V> removed, int unchanged) {
        static <K, V> Difference<V> of(SortedMap<K, V> current, SortedMap<K, V> wanted) {
            List<V> added = new ArrayList<>();
            List<V> changed = new ArrayList<>();
            List<V> removed = new ArrayList<>();
            wanted.forEach((id, value) -> {
                if (!current.containsKey(id)) {
                    added.add(value);
                } else if (!Objects.equals(current.get(id), value)) {
                    changed.add(value);
                }
            });
            current.forEach((id, value) -> {
                if (!wanted.containsKey(id)) {
                    removed.add(value);
                }
            });
            return new Difference<>(added, changed, removed, wanted.size() - added.size() - changed.size());
        }

        List<V> gone() {
            return both(removed, changed);
        }

        List<V> come() {
            return both(added, changed);
        }

        private static <V> List<V> both(List<V> one, List<V> other) {
            List<V> all = new ArrayList<>(one);
            all.addAll(other);
            return all;
        }
    }
}
