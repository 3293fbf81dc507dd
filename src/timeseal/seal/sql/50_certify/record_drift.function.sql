-- purpose: the one place where the drift ledger is written
-- grain: one row per change of a day
-- reads: p_changes, as planned and described
-- writes: audit.drift_event
-- time: none
create or replace function audit.record_drift(
  p_entrypoint text,
  p_changes jsonb,
  p_reason text,
  p_budget text,
  p_sample_limit integer
) returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
  insert into audit.drift_event (
    entrypoint, t0_day, verdict, rows_before, rows_after, rows_added, rows_changed, rows_removed, columns, classes,
    evidence, sha256_before, sha256_after, budget, budget_rows, sample_limit, reason
  )
  select
    p_entrypoint, c.t0_day, c.verdict, c.rows_before, c.rows_after,
    -- a day that may only grow needs no comparison: what came is what was added
    coalesce(c.rows_added, coalesce(c.rows_after, 0) - coalesce(c.rows_before, 0)), coalesce(c.rows_changed, 0),
    coalesce(c.rows_removed, 0), coalesce(c.columns, '{}'), coalesce(c.classes, '{}'), coalesce(c.evidence, '[]'),
    c.sha256_before, c.sha256_after, case when c.verdict in ('budget', 'refused') then p_budget end,
    case when c.verdict = 'budget' then coalesce(c.rows_added + c.rows_changed + c.rows_removed, 0) else 0 end,
    p_sample_limit, p_reason
  from jsonb_to_recordset(p_changes) as c (
    t0_day date, verdict text, rows_before bigint, rows_after bigint, rows_added bigint, rows_changed bigint,
    rows_removed bigint, columns text[], classes text[], evidence jsonb, sha256_before text, sha256_after text
  )
  order by c.t0_day
$$;
revoke all on function audit.record_drift(text, jsonb, text, text, integer) from public;
