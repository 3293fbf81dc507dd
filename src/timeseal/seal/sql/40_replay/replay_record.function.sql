-- purpose: what a replay with this seed looked at, mode by mode, for the certificate
-- grain: one jsonb object: seed, budget, modes
-- reads: audit.replay_outcome, audit.entrypoint
-- writes: nothing
-- time: the newest outcome of each mode
create or replace function audit.replay_record(p_entrypoint text, p_seed text) returns jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object('seed', p_seed, 'budget_seconds', (
      select extract(epoch from e.replay_budget) from audit.entrypoint as e where e.entrypoint = p_entrypoint),
    'modes', coalesce(jsonb_agg(jsonb_build_object('mode', o.mode, 'status', o.status, 'rows', o.rows_compared,
      'columns', o.columns_compared, 'findings', o.findings, 'seconds', o.seconds, 'note', o.note) order by o.outcome_id), '[]'))
  from (
    select distinct on (r.mode) r.outcome_id, r.mode, r.status, r.rows_compared, r.columns_compared, r.findings, r.seconds, r.note
    from audit.replay_outcome as r
    where r.entrypoint = p_entrypoint and r.seed = p_seed
    order by r.mode, r.outcome_id desc
  ) as o;
$$;
