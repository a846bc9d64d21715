create table test_thing (
  id text primary key,
  name text,
  size int,
  amount bigint,
  flag boolean,
  at timestamp with time zone,
  data bytea
);
