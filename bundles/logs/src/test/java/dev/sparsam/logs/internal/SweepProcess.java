package dev.sparsam.logs.internal;

import dev.sparsam.logs.AddressMasking;
import dev.sparsam.logs.LegalHolds;
import dev.sparsam.logs.LogSettings;
import dev.sparsam.logs.RawPeriod;
import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.SiteId;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process that sweeps until it is done or killed; started again, it goes on. Arguments: the folder with a directory for
 * each site, and the folder of the database; then {@link #HOLD} and a site for each legal hold that is there by now; and,
 * when addresses are to become pseudonyms after 48 hours, by the keys of {@link #key}, the number of the sweep: each takes
 * place a day after the one before. Prints {@code ready} before its first step, {@code done} and the receipts at the end.
 */
final class SweepProcess {
    /** How the argument begins that names a site under a legal hold. */
    static final String HOLD = "hold=";

    private SweepProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path logs = Path.of(arguments[0]);
        try (TestDatabase test =
                TestDatabases.embedded(Path.of(arguments[1]), Path.of("src/main/resources/migrations"))) {
            House house = new House(test.database());
            try (Stream<Path> directories = Files.list(logs)) {
                directories
                        .sorted()
                        .forEach(directory -> house.accessOnly(
                                house.site(directory.getFileName().toString(), directory)));
            }
            List<String> others = List.of(arguments).subList(2, arguments.length);
            Optional<Integer> day = others.stream()
                    .filter(argument -> !argument.startsWith(HOLD))
                    .map(Integer::valueOf)
                    .findFirst();
            int number = day.orElse(1);
            if (day.isPresent()) {
                house.everywhere.put(LogSettings.RAW.all(), new RawPeriod(48));
                house.sites.values().forEach(site -> {
                    house.masking.put(site.scope(), AddressMasking.parse("pseudonym/prefix"));
                    keys(test, site);
                });
            }
            SweepService sweeps =
                    house.sweeps(test.database(), Clock.offset(Clock.systemUTC(), Duration.ofDays(number - 1)));
            others.stream()
                    .filter(argument -> argument.startsWith(HOLD))
                    .forEach(argument -> hold(house, test, new SiteId(argument.substring(HOLD.length()))));
            System.out.println("ready");
            sweep(sweeps, number);
            System.out.println("done");
            house.receipts.all().forEach(System.out::println);
        }
    }

    private static void hold(House house, TestDatabase test, SiteId site) {
        Holds holds = house.holds(test.database(), Clock.systemUTC());
        if (!holds.active().containsKey(site)) {
            Principal tester = Principal.user(1, Role.PROVIDER_ADMIN, House.PROVIDER);
            Optional<LegalHolds.Objection> objection =
                    holds.place(site, "27 O 1/26", "Dr. Muster", holds.today().plusDays(30), tester);
            if (objection.isPresent()) {
                throw new IllegalStateException(site + ": " + objection.get());
            }
        }
    }

    /** The key of a site and day. */
    static byte[] key(String site, long day) {
        return LogInput.newSha256().digest((site + " " + day).getBytes(StandardCharsets.US_ASCII));
    }

    private static void keys(TestDatabase test, Site site) {
        long today = LocalDate.now(ZoneOffset.UTC).toEpochDay();
        test.database().transaction(sql -> {
            for (long day = today - 7; day <= today; day++) {
                sql.update(
                        "insert into logs_key (site, epoch_day, secret) values (?, ?, ?) on conflict do nothing",
                        site.id().value(),
                        day,
                        key(site.id().value(), day));
            }
            return today;
        });
    }

    private static void sweep(SweepService sweeps, int number) throws InterruptedException {
        Scope provider = new Scope(ScopeLevel.PROVIDER, House.PROVIDER.value());
        Principal tester = Principal.user(1, Role.PROVIDER_ADMIN, House.PROVIDER);
        while (true) {
            List<Sweep> all = sweeps.recent(provider, number);
            if (all.stream().filter(sweep -> sweep.state() == State.DONE).count() == all.size()
                    && all.size() < number) {
                sweeps.plan(provider, tester);
                continue;
            }
            long id = all.get(0).id();
            State state = all.get(0).state();
            switch (state) {
                case PLANNING -> sweeps.work("plan-" + id, id);
                case PLANNED -> sweeps.run(id, tester);
                case RUNNING -> sweeps.work("run-" + id, id);
                case DONE, DISCARDED -> {
                    return;
                }
            }
        }
    }
}
