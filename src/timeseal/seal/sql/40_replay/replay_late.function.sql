-- purpose: prove that a fact which happened before t0 but became known only afterwards does not reach the row
-- grain: one finding per leaking column; none when every compared row is the same byte for byte
-- reads: what audit.replay_pair reads
-- writes: audit.replay_log
-- time: half of the facts become known at the last t0, keeping their event time, against a world in which nobody ever knew them
create or replace function audit.replay_late(
  p_entrypoint text,
  p_sample integer default 200,
  p_seed text default '',
  p_round integer default 0,
  p_until timestamptz default null
) returns setof audit.finding
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entrypoint audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_findings audit.finding[] := array(select f from audit.replay_pair(
    v_entrypoint, 'late', p_sample, p_seed, p_round, p_until => p_until) as f);
begin
  return query select f.* from unnest(audit.replay_named(v_entrypoint, 'late', p_sample, p_seed, p_round, null, v_findings)) as f;
end
$$;
