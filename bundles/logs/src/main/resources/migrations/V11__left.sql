-- When the oldest of the lines that are left of a file was written.
alter table logs_sweep_file add column if not exists left_first timestamp with time zone;
-- Older plans have not measured it: at worst it is the oldest one that was found.
update logs_sweep_file set left_first = oldest where left_first is null and action in ('CUT', 'MASK');
