-- Uploads wait as files: a row of tens of megabytes had to be in memory as a whole.
drop table if exists web_upload;
