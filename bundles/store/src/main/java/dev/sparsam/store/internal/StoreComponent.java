package dev.sparsam.store.internal;

import dev.sparsam.store.Configured;
import dev.sparsam.store.DataFolder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Reads the configuration and opens the store. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "dev.sparsam.store")
@Designate(ocd = StoreComponent.Config.class)
public final class StoreComponent {
    /** Where the database is. */
    @ObjectClassDefinition(name = "Sparsam: database")
    @interface Config {
        /** JDBC URL. */
        @AttributeDefinition(
                name = "URL",
                description = "Empty for the embedded database, or jdbc:postgresql://HOST:PORT/DATABASE")
        String url() default "";

        /** Login name. */
        @AttributeDefinition(name = "User")
        String user() default "";

        /** Password. */
        @AttributeDefinition(name = "Password", type = AttributeType.PASSWORD)
        String password() default "";

        /** File with the password. */
        @AttributeDefinition(
                name = "Password file",
                description = "Instead of the password: a file with it in its first line, absolute or below the data"
                        + " folder")
        String passwordFile() default "";

        /** Connections at most. */
        @AttributeDefinition(name = "Connections", description = "The most connections at a time")
        int poolSize() default 10;

        /** Seconds between signs of life. */
        @AttributeDefinition(
                name = "Heartbeat",
                description = "How often a node says that it still runs a job, in seconds. After four missed heartbeats"
                        + " another node takes over.")
        int heartbeatSeconds() default 10;
    }

    private final Configured configured;
    private final Optional<Store> store;

    /** Opens the store in the background, unless the configuration of the database is refused. */
    @Activate
    public StoreComponent(BundleContext context, Map<String, ?> properties) {
        configured = Configured.of(context, Config.class, properties);
        JobTimes times = JobTimes.standard(Duration.ofSeconds(configured.whole("heartbeatSeconds", 1, 3_600)));
        store = StoreConfig.of(DataFolder.of(context), configured).map(settings -> new Store(context, settings, times));
        store.ifPresent(Store::open);
    }

    @Deactivate
    void deactivate() {
        store.ifPresent(Store::close);
        configured.close();
    }
}
