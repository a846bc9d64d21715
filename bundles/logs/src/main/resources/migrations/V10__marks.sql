-- By what the next sweep tells that no file of the site has changed: what of its look is needed for that, and nothing else.
alter table logs_index add column if not exists marks bytea not null default '';
-- Sites of older rows have none: they are looked at once more. No file that has not changed is read again for that.
update logs_index set steady = false;
