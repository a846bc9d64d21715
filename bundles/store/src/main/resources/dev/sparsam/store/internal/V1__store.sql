-- What has been applied of each bundle's migrations; see Migrator.
create table if not exists store_migrations (
  owner text primary key,
  fingerprint text not null
);

-- Jobs, in the form that db-scheduler 16 expects. task_instance is HANDLER/ID.
create table if not exists store_job (
  task_name varchar(100) not null,
  task_instance varchar(400) not null,
  task_data bytea,
  execution_time timestamp with time zone not null,
  picked boolean not null,
  picked_by varchar(200),
  last_success timestamp with time zone,
  last_failure timestamp with time zone,
  consecutive_failures int,
  last_heartbeat timestamp with time zone,
  version bigint not null,
  priority smallint,
  primary key (task_name, task_instance)
);
create index if not exists store_job_due on store_job (execution_time);
create index if not exists store_job_heartbeat on store_job (last_heartbeat);
