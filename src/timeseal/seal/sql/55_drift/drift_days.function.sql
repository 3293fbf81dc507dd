-- purpose: first step of explaining drift: which days differ, in how many rows and which columns, of which class, and what mends it
-- grain: one row per day that differs and may not
-- reads: the entrypoint, its baselines, what audit.row_classes reads
-- writes: nothing
-- time: as audit.day_changes
create or replace function audit.drift_days(p_entrypoint text)
returns table (
  t0_day date, verdict text, classes text[], rows_added bigint, rows_changed bigint, rows_removed bigint,
  columns text[], evidence jsonb, fix text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_changes jsonb;
begin
  select coalesce(jsonb_agg(to_jsonb(c)), '[]') into v_changes
  from audit.day_changes(v_ep.entrypoint, audit.located_days(v_ep.entrypoint)) as c
  where c.verdict not in ('first baseline', 'new day', 'open day');
  if v_changes = '[]' then
    return;
  end if;
  return query
  select c.t0_day, c.verdict, coalesce(d.classes, '{}'), coalesce(d.rows_added, 0), coalesce(d.rows_changed, 0),
    coalesce(d.rows_removed, 0), coalesce(d.columns, '{}'), coalesce(d.evidence, '[]'),
    audit.class_remedy(v_ep.entrypoint, d.evidence #>> '{0,class}', d.evidence #>> '{0,object}')
  from jsonb_to_recordset(v_changes) as c (t0_day date, verdict text)
  left join audit.describe_drift(v_ep.entrypoint,
    (select array_agg(x.t0_day) from jsonb_to_recordset(v_changes) as x (t0_day date))) as d on d.t0_day = c.t0_day
  order by c.t0_day;
end
$$;
revoke all on function audit.drift_days(text) from public;
