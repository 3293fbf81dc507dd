-- purpose: somebody's tables and views, to be sealed
-- grain: see each table
-- reads: nothing
-- writes: schemas lab and "Shop Floor"
-- time: taken_at and "When"
create schema lab;
create table lab.sample (id integer, batch text, taken_at timestamptz, value numeric(8, 2),
  share double precision, primary key (id, batch));
insert into lab.sample select i, 'b' || i % 3, timestamptz '2024-01-01 00:00+00' + i * interval '1 hour',
  i * 1.5, i / 7.0 from generate_series(1, 50) as i;
create view lab.sample_v as select s.id, s.batch, s.taken_at, s.value, s.share,
  s.taken_at::timestamp at time zone 'UTC' as odd from lab.sample as s;
create view lab.plain_v as select s.id, s.batch, s.taken_at, s.value from lab.sample as s;
create schema "Shop Floor";
create table "Shop Floor"."Reading" ("Key" bigint primary key, "When" timestamp not null, "Val" integer);
insert into "Shop Floor"."Reading" select i, timestamp '2024-02-01' + i * interval '1 day', i
  from generate_series(1, 9) as i;
create view "Shop Floor"."Reading V" as select r."Key", r."When", r."Val" from "Shop Floor"."Reading" as r;
create view lab.dated_v as select s.id, s.batch, s.taken_at at time zone 'UTC' as t,
  (s.taken_at at time zone 'UTC')::date as d, s.value from lab.sample as s;
