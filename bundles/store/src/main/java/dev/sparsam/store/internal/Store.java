package dev.sparsam.store.internal;

import dev.sparsam.store.Database;
import dev.sparsam.store.JobHandler;
import dev.sparsam.store.Jobs;
import dev.sparsam.store.StoreException;
import dev.sparsam.store.Trouble;
import dev.sparsam.store.Wording;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the database, and then gives each bundle with migrations its services and each job handler its jobs. All of it
 * happens on one thread of its own, so that nobody who starts bundles waits for a database; what fails is tried again,
 * with growing pauses.
 */
final class Store implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    /** The manifest header that names the folder of a bundle's migrations. */
    private static final String HEADER = "Sparsam-Migrations";

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Background worker;
    private final BundleContext context;
    private final StoreConfig config;
    private final JobTimes times;
    private final Object handover = new Object();

    /** Written under the lock: either {@link #close} finds what has been opened, or who opened it closes it. */
    private volatile boolean stopping;

    private Optional<Opened> opened = Optional.empty();
    private String lastProblem = "";
    private Optional<Trouble.Announcement> trouble = Optional.empty();

    Store(BundleContext context, StoreConfig config, JobTimes times) {
        this(context, config, times, Background.STOP);
    }

    /** With another time that {@link #close} waits for the database to be opened. */
    Store(BundleContext context, StoreConfig config, JobTimes times, Duration patience) {
        worker = new Background("sparsam-store", patience);
        this.context = context;
        this.config = config;
        this.times = times;
    }

    /** Begins to open; returns at once. */
    void open() {
        worker.later(Duration.ZERO, () -> open(FIRST_PAUSE));
    }

    private void open(Duration pause) {
        if (stopping) {
            return;
        }
        Opened fresh;
        try {
            config.folder().ifPresent(Pool::createFolder);
            fresh = opened(Pool.open(config.connection()));
        } catch (StoreException e) {
            if (!lastProblem.equals(e.getMessage())) {
                lastProblem = String.valueOf(e.getMessage());
                over();
                trouble = Optional.of(trouble(e, config.folder().isPresent()).announce(context));
                LOG.debug("The database cannot be opened", e);
            }
            worker.later(pause, () -> open(longer(pause)));
            return;
        }
        if (!lastProblem.isEmpty()) {
            LOG.info("The database {} is there now", config.connection());
        }
        over();
        synchronized (handover) {
            if (!stopping) {
                opened = Optional.of(fresh);
            }
        }
        if (stopping) {
            // It took longer than who stops this waits: nobody else would close it.
            fresh.close();
            return;
        }
        fresh.start();
    }

    private Opened opened(Pool pool) {
        boolean done = false;
        try {
            Opened fresh = new Opened(pool);
            done = true;
            return fresh;
        } finally {
            if (!done) {
                pool.close();
            }
        }
    }

    @Override
    public void close() {
        Optional<Opened> last;
        synchronized (handover) {
            stopping = true;
        }
        worker.close();
        synchronized (handover) {
            last = opened;
            opened = Optional.empty();
        }
        last.ifPresent(Opened::close);
        over();
    }

    private static void unregister(ServiceRegistration<?> service) {
        try {
            service.unregister();
        } catch (IllegalStateException e) {
            // The framework has done it already: this bundle has been stopped.
            LOG.debug("Unregistered before", e);
        }
    }

    private void over() {
        trouble.ifPresent(Trouble.Announcement::close);
        trouble = Optional.empty();
    }

    /**
     * Another server may come up later; that it refuses the login, or that the embedded database cannot be opened, needs
     * somebody who does something about it.
     */
    static Trouble trouble(StoreException e, boolean embedded) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            // SQL standard, class 28: invalid authorization specification.
            if (cause instanceof SQLException sql
                    && String.valueOf(sql.getSQLState()).startsWith("28")) {
                return new Trouble(Trouble.Kind.STOPPED, e.wording().then("."));
            }
        }
        return embedded
                ? new Trouble(Trouble.Kind.STOPPED, e.wording().then("."))
                : new Trouble(Trouble.Kind.WAITING, Wording.of(Store.class, "database.waiting", e.wording()));
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    /** What there is once the database is open. */
    private final class Opened implements AutoCloseable, BundleTrackerCustomizer<Schema> {
        private final Pool pool;
        private final JdbcDatabase database;
        private final Migrator migrator;
        private final BundleTracker<Schema> bundles;
        private final JobEngine jobs;
        private final ServiceTracker<JobHandler, JobHandler> handlers;
        private Optional<ServiceRegistration<Jobs>> jobsService = Optional.empty();
        private boolean starting;
        private boolean closed;

        Opened(Pool pool) {
            this.pool = pool;
            database = pool.database();
            migrator = new Migrator(pool.dataSource());
            bundles = new BundleTracker<>(context, Bundle.STARTING | Bundle.ACTIVE, this);
            jobs = new JobEngine(database, pool.dataSource(), times, node(), Clock.systemUTC());
            if (config.folder().isPresent()) {
                // The embedded database is ours alone.
                jobs.adopt();
            }
            handlers = new ServiceTracker<>(context, JobHandler.class, null) {
                @Override
                public @Nullable JobHandler addingService(ServiceReference<JobHandler> reference) {
                    @Nullable JobHandler handler = context.getService(reference);
                    if (handler != null) {
                        jobs.add(handler);
                    }
                    return handler;
                }

                @Override
                public void removedService(ServiceReference<JobHandler> reference, JobHandler handler) {
                    jobs.remove(handler);
                    super.removedService(reference, handler);
                }
            };
        }

        // The lock is not held while services come and go: that runs code of other bundles, which may stop this one.
        // Whoever stops it meanwhile leaves the closing to the thread that starts it.
        void start() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                starting = true;
            }
            try {
                bundles.open();
                jobsService = Optional.of(context.registerService(Jobs.class, jobs, null));
                handlers.open();
                jobs.start();
            } catch (IllegalStateException e) {
                // Of a bundle that has been stopped meanwhile, nothing can be registered.
                if (!stopping) {
                    throw e;
                }
                LOG.debug("Stopped while it started", e);
            } finally {
                boolean stopped;
                synchronized (this) {
                    starting = false;
                    stopped = closed;
                }
                if (stopped) {
                    shut();
                }
            }
        }

        @Override
        public void close() {
            synchronized (this) {
                closed = true;
                if (starting) {
                    return;
                }
            }
            shut();
        }

        /** From the top down: who uses the database stops before the database does. */
        private void shut() {
            try (pool) {
                jobsService.ifPresent(Store::unregister);
                jobs.close();
                handlers.close();
                bundles.close();
            }
        }

        @Override
        public @Nullable Schema addingBundle(Bundle bundle, @Nullable BundleEvent event) {
            String folder = bundle.getHeaders("").get(HEADER);
            if (folder == null) {
                return null;
            }
            Schema schema = new Schema(bundle, folder.strip(), database, pool.dataSource(), migrator);
            worker.later(Duration.ZERO, () -> schema.provide(FIRST_PAUSE));
            return schema;
        }

        @Override
        public void modifiedBundle(Bundle bundle, @Nullable BundleEvent event, Schema schema) {
            // From STARTING to ACTIVE: nothing to do.
        }

        @Override
        public void removedBundle(Bundle bundle, @Nullable BundleEvent event, Schema schema) {
            schema.withdraw();
        }
    }

    /** The services for one bundle with migrations. */
    private final class Schema {
        private final Bundle bundle;
        private final String folder;
        private final Database database;
        private final DataSource connections;
        private final Migrator migrator;
        private String problem = "";
        private boolean withdrawn;
        private List<ServiceRegistration<?>> services = List.of();

        Schema(Bundle bundle, String folder, Database database, DataSource connections, Migrator migrator) {
            this.bundle = bundle;
            this.folder = folder;
            this.database = database;
            this.connections = connections;
            this.migrator = migrator;
        }

        void provide(Duration pause) {
            if (gone()) {
                return;
            }
            try {
                migrator.migrate(migrations());
            } catch (StoreException | IllegalArgumentException e) {
                if (gone()) {
                    LOG.debug("Stopped during the migration of {}", bundle.getSymbolicName(), e);
                    return;
                }
                if (!problem.equals(e.getMessage())) {
                    problem = String.valueOf(e.getMessage());
                    LOG.error("{} does not start: {}", bundle.getSymbolicName(), problem);
                    LOG.debug("Migration of {}", bundle.getSymbolicName(), e);
                }
                worker.later(pause, () -> provide(longer(pause)));
                return;
            } catch (IOException | IllegalStateException e) {
                LOG.error("The migrations of {} cannot be read", bundle.getSymbolicName(), e);
                return;
            }
            if (!gone()) {
                register();
            }
        }

        // The lock is not held while services come and go: that runs code of other bundles.
        private void register() {
            // OSGi wants a Dictionary, and this is the only one that Java has.
            @SuppressWarnings("JdkObsolete")
            Dictionary<String, Object> properties = new Hashtable<>(Map.of(Database.SCHEMA, bundle.getSymbolicName()));
            List<ServiceRegistration<?>> registered = List.of(
                    context.registerService(Database.class, database, properties),
                    context.registerService(DataSource.class, connections, properties));
            synchronized (this) {
                if (!withdrawn) {
                    services = registered;
                    return;
                }
            }
            registered.forEach(Store::unregister);
        }

        void withdraw() {
            List<ServiceRegistration<?>> registered;
            synchronized (this) {
                withdrawn = true;
                registered = services;
                services = List.of();
            }
            registered.forEach(Store::unregister);
        }

        private synchronized boolean gone() {
            return withdrawn || stopping;
        }

        private Migrations migrations() throws IOException {
            SortedMap<String, String> files = new TreeMap<>();
            Enumeration<URL> entries = Optional.ofNullable(bundle.findEntries(folder, "*.sql", false))
                    .orElse(Collections.emptyEnumeration());
            for (URL entry : Collections.list(entries)) {
                String path = entry.getPath();
                try (InputStream file = entry.openStream()) {
                    files.put(
                            path.substring(path.lastIndexOf('/') + 1),
                            new String(file.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            return new Migrations(bundle.getSymbolicName(), files);
        }
    }

    /** Unlike any other process, also in a cluster of containers that all have process 1. */
    private static String node() {
        String name = ManagementFactory.getRuntimeMXBean().getName();
        return name + "-" + UUID.randomUUID().toString().substring(0, 8);
    }
}
