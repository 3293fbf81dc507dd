-- purpose: tables of every shape a stranger may have
-- grain: see each table
-- reads: nothing
-- writes: schema shapes
-- time: the column t0 of each
create schema shapes;
create type shapes.mood as enum ('calm', 'keen');
create domain shapes.sku as text check (value ~ '^[a-z0-9-]+$');
create type shapes.point as (x integer, label text);
create table shapes.by_uuid (id uuid, tenant text, line integer, t0 timestamptz, v integer,
  primary key (id, tenant, line));
insert into shapes.by_uuid select md5(i::text)::uuid, 't' || i % 3, i, timestamptz '2024-03-01 10:00+00' + i * interval '1 hour', i
  from generate_series(1, 40) as i;
create table shapes.by_enum (mood shapes.mood, code shapes.sku, day date, v integer, primary key (mood, code, day));
insert into shapes.by_enum select (array['calm', 'keen'])[1 + i % 2]::shapes.mood, 'c-' || i, date '2024-03-30' + i % 5, i
  from generate_series(1, 40) as i;
create table shapes."Mixed Case" ("Key ä" bigint, "select" text, "When" timestamp, "Value ""quoted""" numeric(6, 2),
  primary key ("Key ä", "select"));
insert into shapes."Mixed Case" select i, 'x''' || i, timestamp '2024-03-31 01:30' + i * interval '30 minutes', i / 4.0
  from generate_series(1, 40) as i;
create table shapes.parts (id bigint, t0 timestamptz, v integer, primary key (id, t0)) partition by range (t0);
create table shapes.parts_a partition of shapes.parts for values from ('2024-01-01 00:00+00') to ('2024-02-01 00:00+00');
create table shapes.parts_b partition of shapes.parts for values from ('2024-02-01 00:00+00') to ('2024-03-01 00:00+00')
  partition by hash (id);
create table shapes.parts_b0 partition of shapes.parts_b for values with (modulus 2, remainder 0);
create table shapes.parts_b1 partition of shapes.parts_b for values with (modulus 2, remainder 1);
create table shapes.spare (like shapes.parts including all);
insert into shapes.parts select i, timestamptz '2024-01-05 00:00+00' + i * interval '1 day', i from generate_series(1, 50) as i;
insert into shapes.spare values (1, timestamptz '2024-03-02 00:00+00', 1);
create table shapes.empty (id integer primary key, t0 timestamptz, v integer);
create table shapes.odd (id integer primary key, t0 timestamptz, f8 double precision, f4 real, n numeric, j jsonb,
  tags text[], grid integer[], mood shapes.mood, moods shapes.mood[], span tstzrange, place shapes.point, net inet,
  gap interval, bits bit varying, name name, fixed char(5), raw bytea);
insert into shapes.odd values
  (1, '2024-01-01 00:00+00', 'NaN', '-0', 'NaN', '{"b": 1.0, "a": [null, 2]}', '{a,NULL}', '{{1,2},{3,4}}', 'calm', '{keen}',
    '[2024-01-01 00:00+00,)', row (1, null), '10.0.0.1/8', '1 month', B'101', 'n', 'ab', '\x00ff'),
  (2, '2024-01-01 00:00+00', 'Infinity', '-Infinity', 'Infinity', 'null', '{}', null, null, '{}', 'empty', null, null,
    '30 days', B'', '', '', ''),
  (3, '2024-01-02 00:00+00', '-0', 'NaN', 1.50, '1.50', null, '{1,2}', 'keen', null, null, row (null, null), '::1',
    null, null, null, null, null);
create table shapes.kid (extra integer) inherits (shapes.by_uuid);
insert into shapes.kid values (md5('kid')::uuid, 'kid', 1, '2024-03-09 00:00+00', 1, 1);
create view shapes.by_uuid_v as select * from shapes.by_uuid;
create view shapes.by_enum_v as select * from shapes.by_enum;
create view shapes."Mixed V" as select * from shapes."Mixed Case";
create view shapes.parts_v as select * from shapes.parts;
create view shapes.empty_v as select * from shapes.empty;
create view shapes.odd_v as select * from shapes.odd;
create materialized view shapes.mat_m as select * from shapes.by_uuid;
create view shapes.mat_v as select * from shapes.mat_m;
