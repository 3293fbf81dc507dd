-- purpose: the runs that a store has not seen: ended ones with the earliest they knew, and open ones
-- grain: one row
-- reads: raw.run
-- writes: nothing
-- time: a fact known at k changes rows with t0 > k, and defines the row with t0 = k
create or replace function raw.fact_reach(p_seen_runs bigint[], out dirty_from timestamptz, out runs bigint[], out open_runs bigint[])
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select min(r.min_known_at) filter (where r.status <> 'open'),
    coalesce(array_agg(r.run_id order by r.run_id) filter (where r.status <> 'open'), '{}'),
    coalesce(array_agg(r.run_id order by r.run_id) filter (where r.status = 'open'), '{}')
  from raw.run as r
  where r.run_id <> all (coalesce(p_seen_runs, '{}'));
$$;
