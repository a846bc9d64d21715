-- One row. A change locks it first, so that what it was judged by stays as it is until it is made: its own rule, even
-- where there is none yet, and those of the scopes above.
create table if not exists settings_turn (
    id integer primary key
);
insert into settings_turn (id) values (1) on conflict do nothing;
