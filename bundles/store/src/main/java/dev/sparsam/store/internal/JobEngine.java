package dev.sparsam.store.internal;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.DefaultJdbcCustomization;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.sparsam.store.JobHandler;
import dev.sparsam.store.JobSchedule;
import dev.sparsam.store.Jobs;
import dev.sparsam.store.Sql;
import dev.sparsam.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs of the cluster, with db-scheduler. It knows one task only; which {@link JobHandler} does the work is looked up
 * by name when a job runs, so that bundles with handlers come and go while jobs wait in the table.
 */
final class JobEngine implements Jobs, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobEngine.class);

    private static final String TASK = "job";
    private static final String RECURRING = "recurring";
    private static final int THREADS = 4;
    private static final int MISSED_HEARTBEATS = 4;

    private final Map<String, JobHandler> handlers = new ConcurrentHashMap<>();

    /** Which threads run whose jobs; its lock is that of a handler's coming to and going from work. */
    private final Map<Thread, JobHandler> running = new HashMap<>();

    private final Background chores = new Background("sparsam-job-chores");
    private final JdbcDatabase database;
    private final JobTimes times;
    private final Clock clock;
    private final Scheduler scheduler;
    private volatile boolean stopping;

    /**
     * Jobs on a database that has the store's own tables. Nothing runs before {@link #start}.
     *
     * @param node the name of this process, unlike that of any other in the cluster
     */
    JobEngine(JdbcDatabase database, DataSource connections, JobTimes times, String node, Clock clock) {
        this.database = database;
        this.times = times;
        this.clock = clock;
        CustomTask<String> task = Tasks.custom(TASK, String.class)
                .onFailure(this::failed)
                .onDeadExecution(this::takenOver)
                .execute(this::run);
        scheduler = Scheduler.create(
                        new WatchedDataSource(connections, connections::getConnection, this::databaseLost), task)
                .tableName("store_job")
                .schedulerName(new SchedulerName.Fixed(node))
                .threads(THREADS)
                .pollingInterval(times.poll())
                .heartbeatInterval(times.heartbeat())
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .shutdownMaxWait(times.stop())
                .serializer(new TextSerializer())
                .jdbcCustomization(new OffsetTimes())
                // Failures are logged by failed(), once and with the name of the job.
                .failureLogging(LogLevel.OFF, false)
                .clock(clock::instant)
                .build();
    }

    /**
     * Makes the jobs due that a process before this one was at when it ended. Only for a database that no other process
     * uses: there nobody is waited for who might still give a sign of life.
     */
    void adopt() {
        int adopted = database.transaction(sql -> sql.update(
                "update store_job set picked = false, picked_by = null, last_heartbeat = null, execution_time = ?,"
                        + " version = version + 1 where task_name = ? and picked = true",
                clock.instant(),
                TASK));
        if (adopted > 0) {
            LOG.warn(
                    "{} interrupted by the end of the process before this one; it goes on now",
                    adopted == 1 ? "A job was" : adopted + " jobs were");
        }
    }

    void start() {
        scheduler.start();
    }

    /** Stops taking jobs and waits for those that run; what has not ended then is interrupted and runs elsewhere. */
    @Override
    public void close() {
        stopping = true;
        chores.close();
        scheduler.stop();
    }

    /** A handler is there: its schedule is put into the table, and jobs that waited for it are due now. */
    void add(JobHandler handler) {
        checkName(handler.name());
        handlers.put(handler.name(), handler);
        chores.later(Duration.ZERO, () -> prepare(handler, Duration.ofSeconds(1)));
    }

    /**
     * A handler goes; its jobs wait. Returns when none of them runs any more, as nothing of the handler's bundle may be
     * used after that: what does not end by itself is interrupted, and what ignores that is left after another while.
     */
    void remove(JobHandler handler) {
        handlers.remove(handler.name(), handler);
        if (!awaitRuns(handler)) {
            synchronized (running) {
                running.forEach((thread, runs) -> {
                    if (runs == handler) {
                        thread.interrupt();
                    }
                });
            }
            if (!awaitRuns(handler)) {
                LOG.warn("The job {} does not end, though its bundle stops", handler.name());
            }
        }
    }

    /** Waits as long as a stop does; says whether none runs. */
    private boolean awaitRuns(JobHandler handler) {
        long end = System.nanoTime() + times.stop().toNanos();
        try {
            synchronized (running) {
                while (isRunningElsewhere(handler)) {
                    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                    if (left <= 0) {
                        return false;
                    }
                    running.wait(left);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return true;
    }

    /** A job may stop the bundle that its handler is from: it need not wait for itself. */
    private boolean isRunningElsewhere(JobHandler handler) {
        return running.entrySet().stream()
                .anyMatch(run -> run.getValue() == handler && run.getKey() != Thread.currentThread());
    }

    private void prepare(JobHandler handler, Duration pause) {
        if (stopping || handlers.get(handler.name()) != handler) {
            return;
        }
        try {
            database.transaction(sql -> {
                handler.schedule()
                        .ifPresentOrElse(
                                schedule -> putSchedule(sql, handler.name(), schedule),
                                () -> dropSchedule(sql, handler.name()));
                Instant now = clock.instant();
                return sql.update(
                        "update store_job set execution_time = ? where task_name = ? and task_instance like ?"
                                + " and task_instance <> ? and picked = false and execution_time > ?"
                                + " and coalesce(consecutive_failures, 0) = 0",
                        now,
                        TASK,
                        likePrefix(handler.name()),
                        instance(handler.name(), RECURRING),
                        now);
            });
            scheduler.triggerCheckForDueExecutions();
        } catch (StoreException e) {
            LOG.debug("Handler {} is prepared again in {}", handler.name(), pause, e);
            Duration next = pause.multipliedBy(2).compareTo(times.longestRetry()) < 0 ? pause.multipliedBy(2) : pause;
            chores.later(pause, () -> prepare(handler, next));
        }
    }

    private void putSchedule(Sql sql, String handler, JobSchedule schedule) {
        byte[] text = schedule.toString().getBytes(StandardCharsets.UTF_8);
        Instant now = clock.instant();
        Instant first = next(schedule, now);
        String instance = instance(handler, RECURRING);
        if (insert(sql, instance, text, first) == 0) {
            // Already there: another time only when the schedule is another one than before.
            sql.update(
                    "update store_job set task_data = ?, execution_time = ?"
                            + " where task_name = ? and task_instance = ? and picked = false and task_data <> ?",
                    text,
                    first,
                    TASK,
                    instance,
                    text);
        }
    }

    private static void dropSchedule(Sql sql, String handler) {
        sql.update(
                "delete from store_job where task_name = ? and task_instance = ? and picked = false",
                TASK,
                instance(handler, RECURRING));
    }

    @Override
    public boolean submit(String handler, String id, String payload) {
        checkName(handler);
        if (id.isBlank() || id.equals(RECURRING) || handler.length() + id.length() > 390) {
            throw new IllegalArgumentException("A job's id is a text of at most " + (390 - handler.length())
                    + " characters other than \"recurring\": \"" + id + "\"");
        }
        return database.transaction(sql -> {
            boolean added =
                    insert(sql, instance(handler, id), payload.getBytes(StandardCharsets.UTF_8), clock.instant()) > 0;
            if (added) {
                database.afterCommit(scheduler::triggerCheckForDueExecutions);
            }
            return added;
        });
    }

    // By a statement of our own: db-scheduler's client would work on a connection of its own instead of the thread's
    // transaction, and a job that exists already must not break that transaction on PostgreSQL.
    private static int insert(Sql sql, String instance, byte[] data, Instant due) {
        return sql.update(
                "insert into store_job (task_name, task_instance, task_data, execution_time, picked, version)"
                        + " values (?, ?, ?, ?, false, 1) on conflict do nothing",
                TASK,
                instance,
                data,
                due);
    }

    private CompletionHandler<String> run(TaskInstance<String> instance, ExecutionContext context) {
        String[] name = instance.getId().split("/", 2);
        @Nullable JobHandler handler = begin(name[0]);
        if (handler == null) {
            LOG.debug("Job {} waits: no bundle has its handler now", instance.getId());
            return (done, job) -> job.reschedule(done, done.getTimeDone().plus(times.missingHandler()));
        }
        try {
            return run(handler, name[1], instance, context);
        } finally {
            synchronized (running) {
                running.remove(Thread.currentThread());
                running.notifyAll();
            }
        }
    }

    /** The handler of that name, which stays as long as this thread runs it. */
    private @Nullable JobHandler begin(String name) {
        synchronized (running) {
            JobHandler handler = handlers.get(name);
            if (handler != null) {
                running.put(Thread.currentThread(), handler);
            }
            return handler;
        }
    }

    private CompletionHandler<String> run(
            JobHandler handler, String id, TaskInstance<String> instance, ExecutionContext context) {
        boolean recurring = id.equals(RECURRING);
        if (recurring && handler.schedule().isEmpty()) {
            // Switched off since this run was put into the table: it must not run once more.
            return (done, job) -> job.remove();
        }
        int attempt = context.getExecution().consecutiveFailures + 1;
        try {
            handler.run(new JobHandler.JobRun(id, recurring ? "" : instance.getData(), attempt));
        } catch (InterruptedException e) {
            return interrupted(instance, e);
        } catch (Exception e) {
            if (stopping || handlers.get(handler.name()) != handler) {
                return interrupted(instance, e);
            }
            throw new JobFailed(e);
        }
        if (!recurring) {
            return (done, job) -> job.remove();
        }
        Optional<JobSchedule> schedule = handler.schedule();
        return schedule.isEmpty()
                ? (done, job) -> job.remove()
                : (done, job) -> job.reschedule(done, next(schedule.get(), done.getTimeDone()));
    }

    private CompletionHandler<String> interrupted(TaskInstance<String> instance, Exception e) {
        LOG.info(
                "Job {} was interrupted because its bundle or the store stops on this node; it runs again as soon as a node is free",
                instance.getId());
        LOG.debug("Job {} was interrupted", instance.getId(), e);
        return (done, job) -> job.reschedule(done, done.getTimeDone());
    }

    private void failed(ExecutionComplete done, ExecutionOperations<String> job) {
        Execution execution = done.getExecution();
        int failures = execution.consecutiveFailures + 1;
        Instant again = done.getTimeDone().plus(times.retry(failures));
        Throwable thrown = done.getCause().orElseGet(() -> new IllegalStateException("unknown cause"));
        Throwable cause = thrown instanceof JobFailed failed ? failed.reason : thrown;
        LOG.warn(
                "Job {} failed (attempt {}) and is tried again at {}: {}",
                execution.getId(),
                failures,
                again.truncatedTo(ChronoUnit.SECONDS),
                cause.getMessage(),
                cause);
        job.reschedule(done, again);
    }

    private void takenOver(ExecutionComplete done, ExecutionOperations<String> job) {
        Execution execution = done.getExecution();
        LOG.warn(
                "Job {} is taken over: the node {} gave no sign of life since {}",
                execution.getId(),
                execution.pickedBy,
                execution.lastHeartbeat);
        job.reschedule(done, done.getTimeDone());
    }

    /** Without this, every look for jobs would log the same failure. */
    private void databaseLost(SQLException e) {
        if (stopping || scheduler.getSchedulerState().isPaused()) {
            return;
        }
        scheduler.pause();
        LOG.warn("Jobs pause until the database is back: {}", e.getMessage());
        lookForDatabase(times.poll());
    }

    private void lookForDatabase(Duration pause) {
        chores.later(pause, () -> {
            try {
                database.transaction(sql -> sql.first("select 1 as one", row -> row.number("one")));
                LOG.info("The database is back; jobs run again");
                scheduler.resume();
                scheduler.triggerCheckForDueExecutions();
            } catch (StoreException e) {
                LOG.debug("Still no database", e);
                Duration longer = pause.multipliedBy(2);
                lookForDatabase(longer.compareTo(times.missingHandler()) < 0 ? longer : times.missingHandler());
            }
        });
    }

    private static Instant next(JobSchedule schedule, Instant after) {
        ZonedDateTime today = after.atZone(schedule.zone());
        return Stream.of(today, today.plusDays(1))
                .flatMap(day -> schedule.times().stream().map(day::with))
                .map(ZonedDateTime::toInstant)
                .filter(candidate -> candidate.isAfter(after))
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static void checkName(String handler) {
        if (!handler.matches("[A-Za-z0-9][A-Za-z0-9.-]{0,99}")) {
            throw new IllegalArgumentException(
                    "The name of a job handler is 1 to 100 letters, digits, '.' or '-': \"" + handler + "\"");
        }
    }

    private static String instance(String handler, String id) {
        return handler + "/" + id;
    }

    /** Names have none of LIKE's special characters; see {@link #checkName}. */
    private static String likePrefix(String handler) {
        return handler + "/%";
    }

    private static final class JobFailed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final Exception reason;

        JobFailed(Exception reason) {
            super(reason);
            this.reason = reason;
        }
    }

    /** A job's payload as UTF-8. */
    private static final class TextSerializer implements Serializer {
        @Override
        public byte @Nullable [] serialize(@Nullable Object data) {
            return data == null ? null : data.toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public <T> @Nullable T deserialize(Class<T> type, byte @Nullable [] bytes) {
            return bytes == null ? null : type.cast(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /** Times as moments on both databases; java.sql.Timestamp is ambiguous when clocks are set back. */
    private static final class OffsetTimes extends DefaultJdbcCustomization {
        OffsetTimes() {
            super(false);
        }

        @Override
        public void setInstant(PreparedStatement statement, int index, @Nullable Instant value) throws SQLException {
            statement.setObject(
                    index,
                    value == null
                            ? null
                            : OffsetDateTime.ofInstant(value.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC));
        }

        @Override
        public @Nullable Instant getInstant(ResultSet rows, String column) throws SQLException {
            OffsetDateTime time = rows.getObject(column, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }

        @Override
        public String getName() {
            return "Sparsam";
        }
    }
}
