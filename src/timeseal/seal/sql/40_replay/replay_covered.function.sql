-- purpose: the stretches of t0 that passing world replays have compared since a definition stands
-- grain: one entrypoint and definition
-- reads: audit.replay_log
-- writes: nothing
-- time: from_t0 <= t0 < cut of each such replay, after the last one under another definition
create or replace function audit.replay_covered(p_entrypoint text, p_definition text) returns tstzmultirange
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(range_agg(tstzrange(coalesce(l.from_t0, '-infinity'), l.cut)), '{}')
  from audit.replay_log as l
  where l.entrypoint = p_entrypoint and l.definition = p_definition
    and l.replay_id > coalesce((
      select max(o.replay_id)
      from audit.replay_log as o
      where o.entrypoint = p_entrypoint and o.definition <> p_definition), 0);
$$;
