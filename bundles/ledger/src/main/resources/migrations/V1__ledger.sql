-- One row. Appending locks it, so that entries are numbered without gaps in the whole cluster.
create table if not exists ledger_head (
    id integer primary key,
    entries bigint not null,
    -- The name and the public key that sign this ledger; fixed when the first node starts.
    origin varchar(200),
    verifier_key varchar(400)
);
insert into ledger_head (id, entries) values (1, 0) on conflict do nothing;

create table if not exists ledger_entry (
    idx bigint primary key,
    -- Copies of what the canonical text says, to search by.
    appended_at timestamp with time zone not null,
    act varchar(200) not null,
    subject varchar(300) not null,
    canonical varchar(1000000) not null,
    leaf_hash bytea not null
);
create index if not exists ledger_entry_act on ledger_entry (act, idx);
create index if not exists ledger_entry_subject on ledger_entry (subject, idx);

-- The hashes of the complete subtrees of two and more leaves, numbered in the order in which they became complete:
-- the entries a to b - 1 complete the positions a - bits(a) to b - bits(b) - 1, where bits counts the one bits.
create table if not exists ledger_node (
    position bigint primary key,
    hash bytea not null
);

create table if not exists ledger_checkpoint (
    tree_size bigint primary key,
    note varchar(2000) not null
);
