package dev.sparsam.logs.internal;

import dev.sparsam.logs.LineMasking;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.PersonType;
import dev.sparsam.panel.Principal;
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
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The real masking, for a panel whose domains, and what their addresses become, are the lines of a file:
 * {@code a.test=truncate/24/48}. The file may change at any time.
 */
public final class FileMasking {
    private FileMasking() {}

    /**
     * Masks with what a file says.
     *
     * @param migrations of the bundle {@code logs}
     */
    public static LineMasking of(Path file, Path migrations) {
        Clock clock = Clock.systemUTC();
        return new StreamMasking(
                new SitePolicies(new FileSettings(file), new FileTenants(), new FileSites(file), clock),
                new KeyStore(TestDatabases.H2.open(migrations).database(), new SecureRandom(), clock, ZoneOffset.UTC),
                ZoneOffset.UTC,
                OwnFormats.NONE,
                clock);
    }

    private static Map<String, String> read(Path file) {
        try {
            Map<String, String> read = new LinkedHashMap<>();
            for (String line : Files.readAllLines(file)) {
                read.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record FileTenants() implements TenantDirectory {
        private static final TenantId ID = new TenantId("p");

        @Override
        public Page<Tenant> tenants(PageRequest request) {
            return new Page<>(tenant(ID).stream().toList(), Optional.empty());
        }

        @Override
        public Optional<Tenant> tenant(TenantId id) {
            return Optional.of(new Tenant(
                    ID,
                    TenantKind.PROVIDER,
                    Optional.empty(),
                    "Provider",
                    PersonType.LEGAL,
                    Locale.ENGLISH,
                    TenantStatus.ACTIVE));
        }
    }

    private record FileSites(Path file) implements SiteDirectory {
        @Override
        public Page<Site> sites(PageRequest request) {
            return new Page<>(
                    read(file).keySet().stream()
                            .map(domain ->
                                    new Site(new SiteId(domain), FileTenants.ID, "web1", domain, Optional.empty()))
                            .toList(),
                    Optional.empty());
        }

        @Override
        public Optional<Site> site(SiteId id) {
            return sites(PageRequest.first()).items().stream()
                    .filter(site -> site.id().equals(id))
                    .findFirst();
        }

        @Override
        public List<LogStream> logStreams(SiteId id) {
            return List.of();
        }
    }

    private record FileSettings(Path file) implements Settings {
        @Override
        public <T> Resolved<T> resolve(Setting<T> setting, ScopePath path) {
            T value = Optional.ofNullable(read(file).get(path.leaf().id()))
                    .map(text -> setting.type().parse().read(text))
                    .orElse(setting.builtIn());
            return new Resolved<>(
                    value,
                    Optional.of(path.leaf()),
                    List.of(new Resolved.Step<>(path.leaf(), ScopeRule.none(), Resolved.Verdict.APPLIED, value)));
        }

        @Override
        public <T> Map<Scope, Resolved<T>> resolveAll(Setting<T> setting, Collection<ScopePath> paths) {
            Map<Scope, Resolved<T>> all = new LinkedHashMap<>();
            paths.forEach(path -> all.put(path.leaf(), resolve(setting, path)));
            return all;
        }

        @Override
        public Set<Setting<?>> said(Collection<Setting<?>> settings) {
            return Set.of(LogSettings.MASKING);
        }

        @Override
        public <T> Limits<T> limits(Setting<T> setting, ScopePath path) {
            throw new UnsupportedOperationException("nobody asks");
        }

        @Override
        public <T> Outcome preview(Change<T> change) {
            throw new UnsupportedOperationException("nobody asks");
        }

        @Override
        public <T> Outcome change(Change<T> change) {
            throw new UnsupportedOperationException("nobody asks");
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
    }
}
