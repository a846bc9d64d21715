-- Which log files the panel named when the files were looked at, as hashes by kind of log; what a sweep found holds for
-- these only. Empty in rows of older versions: what they found is withheld until the next sweep.
alter table logs_sweep_site add column if not exists streams text not null default '';
alter table logs_status add column if not exists streams text not null default '';
