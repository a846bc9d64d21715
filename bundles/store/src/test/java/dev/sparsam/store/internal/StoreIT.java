package dev.sparsam.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparsam.store.Database;
import dev.sparsam.store.JobHandler;
import dev.sparsam.store.JobSchedule;
import dev.sparsam.store.Jobs;
import dev.sparsam.store.testing.TestDatabases;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.util.tracker.ServiceTracker;

/** The packed bundle in a real framework. */
final class StoreIT {
    private static final String TABLE = "create table demo_thing (id text primary key)";

    @TempDir
    Path folder;

    private Optional<Framework> framework = Optional.empty();

    private BundleContext start(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(more);
        settings.put(Constants.FRAMEWORK_STORAGE, folder.resolve("cache").toString());
        settings.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        settings.put("sparsam.data", folder.resolve("data").toString());
        settings.put("felix.log.level", "1");
        // HikariCP asks for SLF4J 1, the others for 2; what the test sees of the store is the store's own type.
        settings.put(
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                "org.slf4j;version=1.7.36,org.slf4j;version=2.0.20,org.slf4j.helpers;version=2.0.20,"
                        + "org.slf4j.spi;version=2.0.20,org.slf4j.event;version=2.0.20,"
                        // The version in package-info: the test and the bundle are to see the same classes.
                        + "dev.sparsam.store;version=1.1.0");
        Framework started = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(settings);
        framework = Optional.of(started);
        started.start();
        BundleContext context = started.getBundleContext();
        List<Bundle> bundles = new ArrayList<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of("target/bundles"), "*.jar")) {
            for (Path jar : jars) {
                bundles.add(context.installBundle(jar.toUri().toString()));
            }
        }
        bundles.add(context.installBundle(
                Path.of(System.getProperty("sparsam.bundle")).toUri().toString()));
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        return context;
    }

    @AfterEach
    void stop() throws Exception {
        if (framework.isPresent()) {
            framework.get().stop();
            framework.get().waitForStop(TimeUnit.SECONDS.toMillis(60));
        }
    }

    private static InputStream bundle(String name, String... migrations) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", name);
        main.putValue("Sparsam-Migrations", "migrations");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (int i = 0; i < migrations.length; i++) {
                jar.putNextEntry(new ZipEntry("migrations/V" + (i + 1) + "__part.sql"));
                jar.write(migrations[i].getBytes(StandardCharsets.UTF_8));
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static <T> T await(BundleContext context, Class<T> type, String filter) throws Exception {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(
                context, context.createFilter("(&(objectClass=" + type.getName() + ")" + filter + ")"), null);
        tracker.open();
        try {
            return Optional.ofNullable(tracker.waitForService(30_000))
                    .orElseThrow(() -> new AssertionError("no " + type + " with " + filter));
        } finally {
            tracker.close();
        }
    }

    private static int services(BundleContext context, Class<?> type) throws Exception {
        ServiceReference<?>[] found = context.getServiceReferences(type.getName(), "(sparsam.schema=dev.example.demo)");
        return found == null ? 0 : found.length;
    }

    @Test
    void aBundleGetsItsDatabaseAndLosesItWhenItStops() throws Exception {
        BundleContext context = start(Map.of());
        Bundle demo = context.installBundle("demo", bundle("dev.example.demo", TABLE));
        demo.start();
        Database database = await(context, Database.class, "(sparsam.schema=dev.example.demo)");
        await(context, DataSource.class, "(sparsam.schema=dev.example.demo)");
        int added = database.transaction(sql -> sql.update("insert into demo_thing (id) values ('a')"));
        assertThat(added).isEqualTo(1);
        demo.stop();
        assertThat(services(context, Database.class)).isZero();
        assertThat(services(context, DataSource.class)).isZero();
    }

    @Test
    void anUpdatedBundleGetsItsNewMigrationsAndKeepsItsData() throws Exception {
        BundleContext context = start(Map.of());
        Bundle demo = context.installBundle("demo", bundle("dev.example.demo", TABLE));
        demo.start();
        await(context, Database.class, "(sparsam.schema=dev.example.demo)")
                .transaction(sql -> sql.update("insert into demo_thing (id) values ('a')"));
        demo.update(bundle("dev.example.demo", TABLE, "alter table demo_thing add column size int default 7"));
        Database database = await(context, Database.class, "(sparsam.schema=dev.example.demo)");
        List<Long> sizes =
                database.transaction(sql -> sql.query("select size from demo_thing", row -> row.number("size")));
        assertThat(sizes).containsExactly(7L);
    }

    @Test
    void aBundleWhoseMigrationIsRefusedGetsNoDatabaseAndOthersDo() throws Exception {
        BundleContext context = start(Map.of());
        context.installBundle("demo", bundle("dev.example.demo", "create tabel x"))
                .start();
        context.installBundle("good", bundle("dev.example.good", TABLE)).start();
        await(context, Database.class, "(sparsam.schema=dev.example.good)");
        assertThat(services(context, Database.class)).isZero();
    }

    @Test
    void aCorrectedMigrationIsAppliedAfterTheUpdate() throws Exception {
        BundleContext context = start(Map.of());
        Bundle demo = context.installBundle("demo", bundle("dev.example.demo", "create tabel x"));
        demo.start();
        context.installBundle("good", bundle("dev.example.good", TABLE)).start();
        await(context, Database.class, "(sparsam.schema=dev.example.good)");
        demo.update(bundle("dev.example.demo", "create table demo_other (id int)"));
        await(context, Database.class, "(sparsam.schema=dev.example.demo)");
    }

    @Test
    void afterARestartTheDataIsThere() throws Exception {
        BundleContext context = start(Map.of());
        context.installBundle("demo", bundle("dev.example.demo", TABLE)).start();
        await(context, Database.class, "(sparsam.schema=dev.example.demo)")
                .transaction(sql -> sql.update("insert into demo_thing (id) values ('a')"));
        stop();
        BundleContext again = start(Map.of());
        again.installBundle("demo", bundle("dev.example.demo", TABLE)).start();
        Database database = await(again, Database.class, "(sparsam.schema=dev.example.demo)");
        List<String> ids = database.transaction(sql -> sql.query("select id from demo_thing", row -> row.text("id")));
        assertThat(ids).containsExactly("a");
    }

    @Test
    void aJobHandlerServiceGetsItsJobs() throws Exception {
        BundleContext context = start(Map.of());
        List<String> runs = new CopyOnWriteArrayList<>();
        context.registerService(
                JobHandler.class,
                new JobHandler() {
                    @Override
                    public String name() {
                        return "demo.job";
                    }

                    @Override
                    public Optional<JobSchedule> schedule() {
                        return Optional.empty();
                    }

                    @Override
                    public void run(JobRun run) {
                        runs.add(run.id());
                    }
                },
                null);
        Jobs jobs = await(context, Jobs.class, "");
        jobs.submit("demo.job", "a", "");
        Await.until("it has run", () -> runs.contains("a"));
        assertThat(runs).containsExactly("a");
    }

    @Test
    void configurationAloneMovesItToPostgresql() throws Exception {
        ConnectionSettings server = TestDatabases.POSTGRESQL.create();
        BundleContext context = start(Map.of());
        context.installBundle("demo", bundle("dev.example.demo", TABLE)).start();
        await(context, Database.class, "(sparsam.schema=dev.example.demo)");
        // By reflection: the framework's ConfigurationAdmin is of its own class loader.
        ServiceReference<?> reference = context.getServiceReference("org.osgi.service.cm.ConfigurationAdmin");
        Object admin = context.getService(reference);
        Object configuration = admin.getClass()
                .getMethod("getConfiguration", String.class, String.class)
                .invoke(admin, "dev.sparsam.store", "?");
        @SuppressWarnings("JdkObsolete") // OSGi wants a Dictionary
        Dictionary<String, Object> values = new Hashtable<>(Map.of("url", server.url(), "user", server.user()));
        configuration.getClass().getMethod("update", Dictionary.class).invoke(configuration, values);
        try (Pool pool = Pool.open(server)) {
            Await.until("the tables are on the server", () -> {
                try {
                    return pool.database()
                                    .transaction(sql -> sql.query(
                                            "select table_name as name from information_schema.tables"
                                                    + " where table_name = 'demo_thing'",
                                            row -> row.text("name")))
                                    .size()
                            == 1;
                } catch (RuntimeException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }
}
