-- SHA-256 of the one-time password while it counts. It is random, of 116 bits, so a fast hash gives nothing away; by it
-- each start tells at once whether the files with one-time passwords still say the truth.
alter table web_account add column if not exists one_time varchar(64);
