package dev.sparsam.logs.internal;

import dev.sparsam.logs.Sweep;
import dev.sparsam.logs.Sweep.State;
import dev.sparsam.panel.Principal;
import dev.sparsam.panel.Role;
import dev.sparsam.panel.Scope;
import dev.sparsam.panel.ScopeLevel;
import dev.sparsam.store.testing.TestDatabase;
import dev.sparsam.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process that sweeps until it is done or killed; started again, it goes on. Arguments: the folder with a directory for
 * each site, and the folder of the database. Prints {@code ready} before its first step, {@code done} and the receipts
 * at the end.
 */
final class SweepProcess {
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
            SweepService sweeps = house.sweeps(test.database(), Clock.systemUTC());
            System.out.println("ready");
            sweep(sweeps);
            System.out.println("done");
            house.receipts.all().forEach(System.out::println);
        }
    }

    private static void sweep(SweepService sweeps) throws InterruptedException {
        Scope provider = new Scope(ScopeLevel.PROVIDER, House.PROVIDER.value());
        Principal tester = Principal.user(1, Role.PROVIDER_ADMIN, House.PROVIDER);
        while (true) {
            List<Sweep> all = sweeps.recent(provider, 1);
            if (all.isEmpty()) {
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
