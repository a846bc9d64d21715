-- What logs became when addresses in them were replaced by pseudonyms: nothing else tells one from the other. A log that begins
-- with such content holds pseudonyms there, whatever its file is called, and however it is compressed by now. Written before
-- the log is replaced.
create table if not exists logs_pseudonymised (
    site    varchar(128) not null,
    -- Of the content, decompressed: how many bytes, and their SHA-256, hexadecimal.
    length  bigint       not null,
    sha256  varchar(64)  not null,
    -- How: method and scope, as settings write them, and by which version of the engine.
    masking varchar(64)  not null,
    scope   varchar(16)  not null,
    version integer      not null,
    -- The time of the newest line; null when none has a time.
    newest  timestamp with time zone,
    -- Where lines begin that are still as they were written, and where they end, packed; empty for none.
    turns   bytea        not null,
    made_at timestamp with time zone not null,
    primary key (site, length, sha256)
);
create index if not exists logs_pseudonymised_newest on logs_pseudonymised (site, newest);
