-- By which rule a sweep has destroyed keys. Empty in rows of older versions: what they say of keys is withheld until the next
-- sweep.
alter table logs_status add column if not exists keys_kept text not null default '';
