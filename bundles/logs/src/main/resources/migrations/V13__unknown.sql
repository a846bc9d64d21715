-- Of how many files a sweep could not tell how old their lines are, or whether they are masked.
alter table logs_status add column if not exists unknown_files bigint not null default 0;
