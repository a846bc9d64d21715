-- What held for a site, as one text: a site has rules for each kind of log, and there are more of them than two.
alter table logs_sweep_site add column if not exists rules text not null default '';
alter table logs_cover_site add column if not exists rules text not null default '';
alter table logs_status add column if not exists rules text not null default '';
-- What was dropped by a run that was interrupted is there again while this one refers to it.
alter table logs_sweep_site add column if not exists retention text not null default '';
alter table logs_sweep_site add column if not exists masking text not null default '';
alter table logs_cover_site add column if not exists retention text not null default '';
alter table logs_cover_site add column if not exists masking text not null default '';
alter table logs_status add column if not exists retention text not null default '';
alter table logs_status add column if not exists masking text not null default '';
update logs_sweep_site set rules = 'keys=7d | live=' || retention || ' backup=30d raw=none address=' || masking
    || ' scope=line user=keep email=keep token=keep query=keep referrer=keep agent=keep device=keep' where rules = '';
update logs_cover_site set rules = 'keys=7d | live=' || retention || ' backup=30d raw=none address=' || masking
    || ' scope=line user=keep email=keep token=keep query=keep referrer=keep agent=keep device=keep' where rules = '';
update logs_status set rules = 'live=' || retention || ' backup=30d raw=none address=' || masking
    || ' scope=line user=keep email=keep token=keep query=keep referrer=keep agent=keep device=keep' where rules = '';
alter table logs_sweep_site drop column if exists retention;
alter table logs_sweep_site drop column if exists masking;
alter table logs_cover_site drop column if exists retention;
alter table logs_cover_site drop column if exists masking;
alter table logs_status drop column if exists retention;
alter table logs_status drop column if exists masking;
