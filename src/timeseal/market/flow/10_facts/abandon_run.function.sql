-- purpose: give up a run whose load failed, so that the safe horizon need not wait for its lease
-- grain: one run
-- reads: raw.run
-- writes: raw.run
-- time: none
create or replace function raw.abandon_run(p_run bigint) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
  select raw.end_run(p_run, 'crashed');
$$;
