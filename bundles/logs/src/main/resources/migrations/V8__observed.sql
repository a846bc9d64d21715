-- What is left of a file once what is planned is done: its lines, how many of them stand as they were written although they
-- hold what is to be masked, and when the oldest of these was written. And the same of all files of a site's kind of log.
alter table logs_sweep_file add column if not exists left_lines bigint not null default 0;
alter table logs_sweep_file add column if not exists left_unmasked bigint not null default 0;
alter table logs_sweep_file add column if not exists left_oldest timestamp with time zone;
alter table logs_status add column if not exists left_lines bigint not null default 0;
alter table logs_status add column if not exists left_unmasked bigint not null default 0;
alter table logs_status add column if not exists left_oldest timestamp with time zone;
