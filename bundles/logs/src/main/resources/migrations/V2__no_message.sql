-- It only ever said who had discarded a sweep; that it was discarded is its state.
alter table logs_sweep drop column if exists message;
