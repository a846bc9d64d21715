package dev.sparsam.store.internal;

import dev.sparsam.store.DataFolder;
import java.time.Duration;
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

    private final Store store;

    /** Opens the store in the background. A wrong configuration is an {@link IllegalArgumentException}. */
    @Activate
    public StoreComponent(BundleContext context, Config config) {
        StoreConfig settings = StoreConfig.of(
                DataFolder.of(context),
                config.url().strip(),
                config.user(),
                config.password(),
                config.passwordFile().strip(),
                config.poolSize());
        if (config.heartbeatSeconds() < 1) {
            throw new IllegalArgumentException(
                    "heartbeatSeconds=" + config.heartbeatSeconds() + ": use at least 1 second");
        }
        store = new Store(context, settings, JobTimes.standard(Duration.ofSeconds(config.heartbeatSeconds())));
        store.open();
    }

    @Deactivate
    void deactivate() {
        store.close();
    }
}
