-- purpose: from which decision time on the ended runs that a store has not seen can change its rows
-- grain: one row
-- reads: raw.run
-- writes: nothing
-- time: a fact known at k changes rows with t0 > k, and defines the row with t0 = k
create or replace function raw.fact_reach(p_seen_runs bigint[], out dirty_from timestamptz, out runs bigint[])
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select min(r.min_known_at), coalesce(array_agg(r.run_id order by r.run_id), '{}')
  from raw.run as r
  where r.status <> 'open' and not (r.run_id = any (coalesce(p_seen_runs, '{}')));
$$;
