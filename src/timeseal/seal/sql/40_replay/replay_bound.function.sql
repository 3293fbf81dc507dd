-- purpose: up to which t0 current rows may be compared: the cut, or the last refresh when that lies before it
-- grain: one entrypoint and cut
-- reads: audit.refresh_state
-- writes: nothing
-- time: rows at or above the horizon of the last refresh are not stored yet
create or replace function audit.replay_bound(p_entrypoint audit.entrypoint, p_cut timestamptz) returns timestamptz
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select least(p_cut, (select s.horizon from audit.refresh_state as s where s.store = p_entrypoint.store));
$$;
