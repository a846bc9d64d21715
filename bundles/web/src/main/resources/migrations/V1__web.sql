create table if not exists web_account (
    login varchar(64) primary key,
    password text not null,
    role varchar(20) not null,
    -- NULL for the provider's own accounts: they belong to whichever tenant is the root of the tree
    tenant varchar(128),
    language varchar(8),
    must_change boolean not null,
    disabled boolean not null,
    restricted boolean not null,
    created_at timestamp with time zone not null
);

create table if not exists web_session (
    -- SHA-256 of the token; the token itself is only in the cookie
    token_hash bytea primary key,
    login varchar(64) not null references web_account (login) on delete cascade,
    created_at timestamp with time zone not null,
    seen_at timestamp with time zone not null,
    -- what the next page says about the last act
    flash text
);

create index if not exists web_session_login on web_session (login);

create table if not exists web_upload (
    login varchar(64) primary key references web_account (login) on delete cascade,
    sha256 varchar(64) not null,
    content bytea not null,
    uploaded_at timestamp with time zone not null
);
