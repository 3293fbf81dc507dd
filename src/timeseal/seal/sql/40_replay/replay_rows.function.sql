-- purpose: prove for each row of a stretch of t0 that its world needs nothing known at or after its own t0
-- grain: one finding per leaking column; the log says how many rows were proven
-- reads: what audit.replay_walk reads
-- writes: audit.replay_log
-- time: rows with p_from <= t0 < p_upto
create or replace function audit.replay_rows(p_entrypoint text, p_from timestamptz, p_upto timestamptz)
returns setof audit.finding
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  select f.* from audit.replay_walk(audit.entrypoint_row(p_entrypoint), p_from, p_upto) as f;
$$;
