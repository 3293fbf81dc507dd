-- purpose: prove for one cut that no row decided before it depends on anything known at or after it
-- grain: one finding per leaking column; none when the rebuilt world gives the same rows byte for byte
-- reads: facts, references, the catalogue, the entrypoint
-- writes: audit.replay_log; the shadow world is always rolled back
-- time: facts with known_at < p_cut; rows with p_from <= t0 < p_cut, and one row per key group at p_cut with only its own observation
create or replace function audit.replay_world(
  p_entrypoint text,
  p_cut timestamptz,
  p_from timestamptz default null
) returns setof audit.finding
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  select f.* from audit.replay_run(audit.entrypoint_row(p_entrypoint), p_cut, p_from, false, null::jsonb) as f;
$$;
