package dev.sparsam.logs.internal;

import dev.sparsam.store.Configured;
import dev.sparsam.store.DataFolder;
import dev.sparsam.store.JobSchedule;
import dev.sparsam.store.Wording;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What is configured, for all components of this bundle: read in one place, so that what is wrong is told once, and all of
 * them begin anew when it changes.
 */
@Component(configurationPid = "dev.sparsam.logs", service = LogsConfiguration.class, immediate = true)
@Designate(ocd = LogsConfiguration.Config.class)
public final class LogsConfiguration {
    /** How sweeps are done. */
    @ObjectClassDefinition(name = "Sparsam: log files")
    @interface Config {
        /** Times of the daily sweeps. */
        @AttributeDefinition(
                name = "Daily sweep",
                description = "Time of day, for example 02:30, or several, separated by commas, at which everything is"
                        + " swept without a preview; empty: sweeps are only run by hand")
        String daily() default "";

        /** Zone of log times. */
        @AttributeDefinition(
                name = "Time zone",
                description = "Of log times that are written without one, and of the daily sweep, for example"
                        + " Europe/Berlin; empty: the server's")
        String zone() default "";

        /** The server's own formats. */
        @AttributeDefinition(
                name = "Formats of the web server",
                description = "Formats of access logs that the web server is configured with, as FILE#NAME, for example"
                        + " /etc/nginx/nginx.conf#main, separated by commas; without a name all of the file that tell"
                        + " a time. Usual formats are known anyway")
        String serverFormats() default "";

        /** Minutes without a change. */
        @AttributeDefinition(
                name = "Quiet minutes",
                description = "A file that changed within so many minutes is taken to be in use")
        int quietMinutes() default 5;

        /** Age of evidence. */
        @AttributeDefinition(
                name = "Evidence hours",
                description = "How long a sweep speaks for the present; older evidence is not stated in notices")
        int evidenceHours() default 48;

        /** How long the index is trusted. */
        @AttributeDefinition(
                name = "Trusted hours",
                description = "A scheduled sweep that comes within so many hours after one that has asked every file"
                        + " asks the folders only whether files have come or gone, and looks at what is due; 0: every"
                        + " sweep asks every file")
        int trustedHours() default 20;

        /** The file for loggers. */
        @AttributeDefinition(
                name = "Sites of loggers",
                description =
                        "The file in which 'sparsam logs pipe' reads where the lines of which host go, for example"
                                + " pipe/sites.json; below the data folder unless absolute; empty: none is written")
        String pipeSites() default "";

        /** What is read of one log. */
        @AttributeDefinition(
                name = "Largest log",
                description = "In GB, on disk and decompressed; a larger log is left as it is and reported")
        int largestLogGigabytes() default 256;

        /** How long sweeps are kept. */
        @AttributeDefinition(
                name = "Keep sweeps",
                description = "Days for which the list of a finished sweep's files is kept; receipts stay")
        int keepSweepsDays() default 90;
    }

    private final Configured configured;
    private final Clock clock = Clock.systemUTC();
    private final Values values;

    /** The values; one that cannot be used is told, and has its default. */
    private record Values(
            ZoneId zone,
            Optional<JobSchedule> schedule,
            OwnFormats formats,
            SweepLimits limits,
            Duration evidence,
            Optional<Path> pipeSites,
            Path writtenSites) {}

    /** Reads all of it. */
    @Activate
    public LogsConfiguration(BundleContext context, Map<String, ?> properties) {
        configured = Configured.of(context, Config.class, properties);
        try {
            values = read(DataFolder.of(context));
        } catch (RuntimeException | Error e) {
            // What was told of earlier values must not stay when nobody is there to take it back.
            configured.close();
            throw e;
        }
    }

    private Values read(Path data) {
        ZoneId zone = configured.value(
                "zone",
                () -> Wording.of(LogsConfiguration.class, "zone"),
                name -> name.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(name));
        String pipeSites = configured.text("pipeSites").strip();
        return new Values(
                zone,
                configured.value(
                        "daily", () -> Wording.of(LogsConfiguration.class, "daily"), text -> schedule(text, zone)),
                configured.value(
                        "serverFormats",
                        () -> Wording.of(
                                LogsConfiguration.class,
                                "serverFormats",
                                OwnFormats.reason(configured.text("serverFormats"))),
                        text -> OwnFormats.of(text, clock)),
                new SweepLimits(
                        Duration.ofMinutes(configured.whole("quietMinutes", 1, 1_440)),
                        Duration.ofDays(configured.whole("keepSweepsDays", 1, 36_500)),
                        Duration.ofHours(configured.whole("trustedHours", 0, 168)),
                        new LargestLog((long) configured.whole("largestLogGigabytes", 1, 1_000_000) << 30)),
                Duration.ofHours(configured.whole("evidenceHours", 1, 8_760)),
                pipeSites.isEmpty() ? Optional.empty() : Optional.of(data.resolve(pipeSites)),
                data.resolve("logs-pipe-sites"));
    }

    private static Optional<JobSchedule> schedule(String text, ZoneId zone) {
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(new JobSchedule(
                        Arrays.stream(text.split(",", -1))
                                .map(time -> LocalTime.parse(time.strip()))
                                .toList(),
                        zone));
    }

    @Deactivate
    void stop() {
        configured.close();
    }

    /** By what moments are told. */
    Clock clock() {
        return clock;
    }

    /** Of log times that say none, and by which days begin. */
    ZoneId zone() {
        return values.zone;
    }

    /** When everything is swept by itself. */
    Optional<JobSchedule> schedule() {
        return values.schedule;
    }

    /** The server's own formats. */
    OwnFormats formats() {
        return values.formats;
    }

    /** What is configured for sweeps. */
    SweepLimits limits() {
        return values.limits;
    }

    /** How long a sweep speaks for the present. */
    Duration evidence() {
        return values.evidence;
    }

    /** The file for loggers; empty when none is written. */
    Optional<Path> pipeSites() {
        return values.pipeSites;
    }

    /** Where it is remembered which files for loggers have been written. */
    Path writtenSites() {
        return values.writtenSites;
    }
}
