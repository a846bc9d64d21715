-- The keys by which pseudonyms and hashes of a site and a day are made. Whoever has one can turn them back; where there is
-- none any more, nobody can.
create table if not exists logs_key (
    site       varchar(128) not null,
    -- Days since 1970, by the configured zone.
    epoch_day  bigint       not null,
    secret     bytea        not null,
    primary key (site, epoch_day)
);
create index if not exists logs_key_day on logs_key (epoch_day);
