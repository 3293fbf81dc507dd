-- purpose: a small bitemporal world for store tests: things are seen, and later reported ended
-- grain: see each table
-- reads: nothing
-- writes: schema raw, ref
-- time: known_at is the admission clock of every fact
create schema raw;
create schema ref;
create schema if not exists ml;

create table raw.run (
  run_id bigint primary key,
  opened_at timestamptz not null,
  closed_at timestamptz,
  min_known_at timestamptz
);
create table raw.sighting (
  grp integer not null,
  item integer not null,
  seen_at timestamptz not null,
  amount integer,
  run_id bigint not null,
  primary key (grp, item, seen_at)
);
create index sighting_seen_idx on raw.sighting (seen_at);
create table raw.ending (
  grp integer not null,
  item integer not null,
  event_time timestamptz not null,
  known_at timestamptz not null,
  run_id bigint not null,
  primary key (grp, item, event_time, known_at)
);
create trigger append_only before update or delete or truncate on raw.sighting
for each statement execute function audit.refuse_change();
alter table raw.sighting enable always trigger append_only;
create trigger append_only before update or delete or truncate on raw.ending
for each statement execute function audit.refuse_change();
alter table raw.ending enable always trigger append_only;
create table ref.place (grp integer primary key, label text not null, published_at timestamptz not null);

create function raw.safe_horizon() returns timestamptz
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select coalesce(min(r.opened_at), timestamptz '2030-01-01 00:00:00+00') from raw.run as r where r.closed_at is null;
$$;
create function raw.fact_reach(p_seen_runs bigint[], out dirty_from timestamptz, out runs bigint[])
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select min(r.min_known_at), array_agg(r.run_id)
  from raw.run as r
  where r.closed_at is not null and r.run_id <> all (p_seen_runs);
$$;
create function raw.fill(p_run bigint, p_from integer, p_to integer) returns void
language sql set search_path = pg_catalog, pg_temp
as $$
  insert into raw.sighting (grp, item, seen_at, amount, run_id)
  select i % 3, i, timestamptz '2024-03-01 00:00:00+00' + (i / 4) * interval '1 hour', 100 + (i * 37) % 91, p_run
  from generate_series(p_from, p_to - 1) as i;
  insert into raw.ending (grp, item, event_time, known_at, run_id)
  select i % 3, i, timestamptz '2024-03-01 00:00:00+00' + (i / 4) * interval '1 hour' + ((i * 13) % 40) * interval '1 hour',
    timestamptz '2024-03-01 00:00:00+00' + (i / 4) * interval '1 hour' + ((i * 13) % 40 + 12) * interval '1 hour', p_run
  from generate_series(p_from, p_to - 1) as i
  where i % 4 <> 0;
  insert into raw.run (run_id, opened_at, closed_at, min_known_at)
  select p_run, min(s.seen_at), max(s.seen_at), min(s.seen_at) from raw.sighting as s where s.run_id = p_run;
$$;
insert into ref.place (grp, label, published_at)
select g, 'place ' || g, timestamptz '2020-01-01 00:00:00+00' from generate_series(0, 2) as g;
