-- purpose: the guard of the planner's estimates: an error while the door is shut, never compared with anything while it is open
-- grain: one call per planning of a view reference
-- reads: what audit.door_judgement reads
-- writes: nothing
-- time: as audit.door_judgement
create or replace function audit.plan_guard(p_entrypoint text, p_max_age interval) returns text
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  -- a reader's leakproof comparisons go below the barrier and are estimated there, from statistics and from the ends of
  -- indexes; the estimate of a comparison with a stable function calls it, so that EXPLAIN is refused as well
  perform audit.cert_guard(p_entrypoint, p_max_age);
  return '';
end
$$;
