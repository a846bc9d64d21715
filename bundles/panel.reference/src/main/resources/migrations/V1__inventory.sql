create table if not exists panel_tenant (
  id varchar(128) primary key,
  kind varchar(20) not null,
  parent varchar(128),
  label text not null,
  person_type varchar(20) not null,
  language varchar(100) not null,
  status varchar(20) not null
);

create table if not exists panel_site (
  id varchar(128) primary key,
  tenant varchar(128) not null,
  server text not null,
  domain varchar(253) not null,
  parent varchar(128)
);

-- The log streams of a site, in the order of the file.
create table if not exists panel_log (
  site varchar(128) not null,
  nr int not null,
  kind varchar(20) not null,
  directory text not null,
  files text not null,
  primary key (site, nr)
);
