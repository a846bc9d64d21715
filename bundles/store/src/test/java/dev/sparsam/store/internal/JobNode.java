package dev.sparsam.store.internal;

import dev.sparsam.store.JobHandler;
import dev.sparsam.store.JobSchedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** A process of a cluster, for tests: runs jobs and writes each run into the table test_run. */
final class JobNode {
    static final JobTimes QUICK = new JobTimes(
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            Duration.ofMillis(300),
            Duration.ofSeconds(1));

    private JobNode() {}

    /**
     * Runs until its input ends.
     *
     * @param args JDBC URL, name of the node, time of day (UTC) of the recurring job
     */
    public static void main(String[] args) throws Exception {
        try (Pool pool = Pool.open(new ConnectionSettings(args[0], "sparsam", "", 8));
                JobEngine engine =
                        new JobEngine(pool.database(), pool.dataSource(), QUICK, args[1], Clock.systemUTC())) {
            engine.add(new Recorder(pool.database(), args[1], "quick", Duration.ZERO, Optional.empty()));
            engine.add(new Recorder(pool.database(), args[1], "slow", Duration.ofSeconds(4), Optional.empty()));
            engine.add(new Recorder(
                    pool.database(),
                    args[1],
                    "again",
                    Duration.ofMillis(50),
                    Optional.of(new JobSchedule(List.of(LocalTime.parse(args[2])), ZoneOffset.UTC))));
            engine.start();
            System.out.println("ready");
            System.in.readAllBytes();
        }
    }

    /** A handler that writes down when it began and when it ended. */
    record Recorder(JdbcDatabase database, String node, String name, Duration takes, Optional<JobSchedule> schedule)
            implements JobHandler {
        @Override
        public void run(JobRun run) throws Exception {
            String job = name + "/" + run.id();
            database.transaction(sql -> sql.update(
                    "insert into test_run (job, node, attempt, payload, started) values (?, ?, ?, ?, ?)",
                    job,
                    node,
                    run.attempt(),
                    run.payload(),
                    Instant.now()));
            Thread.sleep(takes.toMillis());
            // A node runs other jobs at the same time, but never the same one twice.
            database.transaction(sql -> sql.update(
                    "update test_run set ended = ? where job = ? and node = ? and ended is null",
                    Instant.now(),
                    job,
                    node));
        }
    }
}
