-- purpose: what the last replays of an entrypoint looked at, for its certificate
-- grain: one jsonb array, newest first
-- reads: audit.replay_log
-- writes: nothing
-- time: none
create or replace function audit.replay_summary(p_entrypoint text, p_last integer default 2) returns jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
  select coalesce(jsonb_agg(jsonb_build_object('cut', l.cut, 'from', l.from_t0, 'mode', l.mode, 'kept_at_cut', l.kept_rows,
    'rows', l.rows_compared, 'columns', l.columns_compared, 'findings', l.findings, 'seconds', l.seconds)
    order by l.replay_id desc), '[]'::jsonb)
  from (
    select r.replay_id, r.cut, r.from_t0, r.mode, r.kept_rows, r.rows_compared, r.columns_compared, r.findings, r.seconds
    from audit.replay_log as r
    where r.entrypoint = p_entrypoint
    order by r.replay_id desc
    limit p_last
  ) as l;
$$;
