package dev.sparsam.web.internal;

import dev.sparsam.facts.FactSource;
import dev.sparsam.ledger.Ledger;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.logs.Sweeps;
import dev.sparsam.notice.Notices;
import dev.sparsam.panel.spi.InventoryPort;
import dev.sparsam.panel.spi.SiteDirectory;
import dev.sparsam.panel.spi.TenantDirectory;
import dev.sparsam.settings.Settings;
import dev.sparsam.store.Configured;
import dev.sparsam.store.Database;
import jakarta.servlet.Servlet;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.osgi.service.servlet.whiteboard.HttpWhiteboardConstants;
import org.osgi.service.servlet.whiteboard.annotations.RequireHttpWhiteboard;

/**
 * Reads the configuration and offers the pages to the HTTP service.
 *
 * <p>The servlet is registered by hand when it is made. Declarative Services would register it first and make it when it
 * is asked for; a part that goes at this very moment would leave the HTTP service with nothing, and an error in the log.
 */
@Component(
        service = {},
        configurationPid = "dev.sparsam.web",
        immediate = true)
@Designate(ocd = PagesComponent.Config.class)
@RequireHttpWhiteboard
public final class PagesComponent {
    private final Configured configured;
    private final ServiceRegistration<Servlet> registration;

    /** The settings of the pages. */
    @ObjectClassDefinition(name = "Sparsam: pages")
    public @interface Config {
        /** Whether sample accounts are made. */
        @AttributeDefinition(
                name = "Sample accounts",
                description = "Makes one account for the first reseller and one for the first customer; for trying out")
        boolean sampleAccounts() default false;

        /** When cookies are sent through TLS only. */
        @AttributeDefinition(
                name = "Secure cookies",
                description = "auto: when the request came through TLS; always: a proxy before us speaks TLS",
                options = {@Option(label = "auto", value = "auto"), @Option(label = "always", value = "always")})
        String secureCookies() default "auto";

        /** How long a session lives without a request. */
        @AttributeDefinition(name = "Idle minutes", description = "A session ends after this time without a request")
        int sessionIdleMinutes() default 30;

        /** The address that browsers see. */
        @AttributeDefinition(
                name = "Public address",
                description = "For example https://privacy.example.net, when a proxy stands before us; may be empty")
        String publicUrl() default "";

        /** Whose word about the client's address counts. */
        @AttributeDefinition(
                name = "Proxies",
                description = "The addresses of the proxies before us, for example 127.0.0.1, ::1: failed logins are"
                        + " then counted for the client that they name at the end of X-Forwarded-For")
        String proxies() default "";
    }

    /** Wires the pages. */
    @Activate
    public PagesComponent(
            @Reference(target = "(sparsam.schema=dev.sparsam.web)") Database database,
            @Reference AccountService accounts,
            @Reference TenantDirectory tenants,
            @Reference SiteDirectory sites,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY)
                    @Nullable InventoryPort inventory,
            @Reference Settings settings,
            @Reference Sweeps sweeps,
            @Reference LegalHolds holds,
            @Reference Ledger ledger,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) List<FactSource> facts,
            @Reference Notices notices,
            BundleContext context,
            Map<String, ?> properties) {
        configured = Configured.of(context, Config.class, properties);
        ConsoleServlet servlet = new ConsoleServlet(
                new Services(
                        database,
                        new Actors(accounts.accounts()),
                        tenants,
                        sites,
                        Optional.ofNullable(inventory),
                        settings,
                        sweeps,
                        holds,
                        ledger,
                        List.copyOf(facts),
                        notices),
                accounts,
                PagesConfig.of(configured),
                // Of this framework alone: what is left in it is nobody's any more.
                context.getDataFile("uploads").toPath(),
                ZoneId.systemDefault(),
                Clock.systemUTC());
        registration = context.registerService(
                Servlet.class,
                servlet,
                FrameworkUtil.asDictionary(Map.of(
                        HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_PATTERN,
                        "/*",
                        HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_NAME,
                        "Sparsam pages")));
    }

    @Deactivate
    void stop() {
        registration.unregister();
        configured.close();
    }
}
