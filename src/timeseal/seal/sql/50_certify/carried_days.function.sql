-- purpose: the day digests of a certified run, those of the days that moved since had anew
-- grain: one jsonb object, day → {rows, sha256}
-- reads: the baseline, the entrypoint's rows of the days that moved
-- writes: nothing
-- time: UTC days
create or replace function audit.carried_days(p_ep audit.entrypoint, p_moved date[]) returns jsonb
language sql
volatile
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
  select (audit.baseline_days(p_ep.entrypoint) - array(select d.t0_day::text from unnest(p_moved) as d (t0_day)))
    || case when p_moved = '{}' then '{}' else audit.current_days(p_ep.entrypoint, p_moved) end
$$;
revoke all on function audit.carried_days(audit.entrypoint, date[]) from public;
