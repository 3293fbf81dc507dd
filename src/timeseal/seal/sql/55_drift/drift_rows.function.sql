-- purpose: within the given days, which rows differ from the accepted ones, and in which columns
-- grain: one row per differing row key; columns of a changed row only
-- reads: audit.t0_leaf_baseline, audit.t0_dataset_hash_baseline, the entrypoint
-- writes: nothing
-- time: none
create or replace function audit.drift_rows(p_entrypoint text, p_days date[])
returns table (t0_day date, row_key jsonb, change text, columns text[], accepted_cells integer[])
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_names text[] := audit.column_names(v_ep.relid);
begin
  return query
  select
    coalesce(c.t0_day, b.t0_day),
    coalesce(c.row_key, b.row_key),
    case when c.row_key is null then 'removed' when b.row_key is null then 'added' else 'changed' end,
    case when c.row_key is null or b.row_key is null then '{}'
      else audit.changed_columns(b.columns, b.cells, v_names, c.cells) end,
    b.cells
  from audit.row_digests(v_ep.relid, v_ep.key_columns, v_ep.t0_column, v_ep.day_column, p_days, true) as c
  full join (
    select l.t0_day, l.row_key, l.leaf, l.cells, d.columns
    from audit.t0_leaf_baseline as l
    left join audit.t0_dataset_hash_baseline as d
      on d.entrypoint = l.entrypoint and d.t0_day = l.t0_day and d.sample_limit = 0
    where l.entrypoint = v_ep.entrypoint and l.t0_day = any (p_days)
  ) as b on b.t0_day = c.t0_day and b.row_key = c.row_key
  where c.leaf is distinct from b.leaf
  order by 1, 2;
end
$$;
revoke all on function audit.drift_rows(text, date[]) from public;
