-- What the files are there for, and how the panel rotates them itself, such as "weekly x 4".
alter table panel_log add column if not exists storage varchar(20) not null default 'LIVE';
alter table panel_log add column if not exists rotation varchar(20);
