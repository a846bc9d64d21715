-- Holds name a person, who may want that nobody is shown the name while it is argued about.
alter table logs_hold add column if not exists restricted boolean not null default false;
-- Those that ended long ago are deleted.
create index if not exists logs_hold_ended on logs_hold (ended_at);
