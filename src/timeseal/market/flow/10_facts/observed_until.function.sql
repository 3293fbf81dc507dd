-- purpose: how far the market was watched: nothing may be said about an ad after this instant
-- grain: one instant, NULL before the first load
-- reads: raw.run
-- writes: nothing
-- time: a backfill declares it; an ingest run watches until it closes
create or replace function raw.observed_until() returns timestamptz
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select max(coalesce(r.observed_until, r.max_known_at))
  from raw.run as r
  where r.status = 'closed' and r.kind <> 'reference';
$$;
