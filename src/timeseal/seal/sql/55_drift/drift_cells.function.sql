-- purpose: second and third step of explaining drift: the first rows of given days, cell by cell, with class, cause and remedy
-- grain: one row per differing cell; column_name is null for a row that came or went
-- reads: the entrypoint, its baselines, what audit.row_classes and audit.cell_candidates read
-- writes: nothing
-- time: none
create or replace function audit.drift_cells(p_entrypoint text, p_days date[], p_rows integer default 20)
returns table (
  t0_day date, row_key jsonb, change text, class text, column_name text, expected text, found text, cause text, fix text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_unkept constant text := 'changed (old value not kept)';
  v_rows jsonb;
  v_keys jsonb;
  v_columns text[];
  v_now jsonb;
begin
  select coalesce(jsonb_agg(to_jsonb(r)), '[]'), coalesce(jsonb_agg(r.row_key), '[]')
  into v_rows, v_keys
  from (
    select d.t0_day, d.row_key, d.change, d.columns, d.accepted_cells
    from audit.drift_rows(v_ep.entrypoint, p_days) as d
    order by d.t0_day, d.change, d.row_key
    limit p_rows
  ) as r;
  select coalesce(array_agg(distinct ltrim(c.name, '+-')), '{}') into v_columns
  from jsonb_array_elements(v_rows) as r (value)
  cross join lateral jsonb_array_elements_text(r.value -> 'columns') as c (name);
  v_now := audit.rows_by_key(v_ep.entrypoint, v_keys);
  return query
  with differing as (
    select r.t0_day, r.row_key, r.change, r.columns, r.accepted_cells, b.columns as names
    from jsonb_to_recordset(v_rows) as r (
      t0_day date, row_key jsonb, change text, columns text[], accepted_cells integer[])
    left join audit.t0_dataset_hash_baseline as b
      on b.entrypoint = v_ep.entrypoint and b.t0_day = r.t0_day and b.sample_limit = 0
  ),
  candidate as materialized (
    select c.row_key, c.column_name, c.said, c.digest
    from audit.cell_candidates(v_ep.entrypoint, v_keys, v_columns) as c
  ),
  cell as (
    select d.t0_day, d.row_key, d.change, n.name,
      d.accepted_cells[array_position(d.names, ltrim(n.name, '+-'))] as digest,
      (select w.wire from audit.tsf1_columns(v_ep.relid, 't') as w where w.column_name = n.name) as wire,
      (select x.value -> 'cells' from jsonb_array_elements(v_now) as x (value) where x.value -> 'row_key' = d.row_key) as now
    from differing as d
    left join lateral unnest(d.columns) as n (name) on true
  )
  select c.t0_day, c.row_key, c.change, k.class, c.name,
    case
      when c.change = 'added' then 'no such row'
      when c.change = 'removed' then 'the row'
      when c.name is null then v_unkept
      when c.name like '+%' then 'no such column'
      else coalesce(
        audit.old_value(c.digest, c.wire),
        (select x.said from candidate as x
          where c.row_key @> x.row_key and x.column_name = c.name and x.digest is not distinct from c.digest
          order by x.said limit 1),
        v_unkept)
    end,
    case
      when c.change = 'added' then 'the row'
      when c.change = 'removed' then 'no such row'
      when c.name like '-%' then 'no such column'
      else coalesce(c.now ->> ltrim(c.name, '+'), 'NULL')
    end,
    k.object || ': ' || k.detail,
    audit.class_remedy(v_ep.entrypoint, k.class, k.object)
  from cell as c
  left join audit.row_classes(v_ep.entrypoint, v_rows) as k on k.t0_day = c.t0_day and k.row_key = c.row_key
  order by 1, 2, 5;
end
$$;
revoke all on function audit.drift_cells(text, date[], integer) from public;
