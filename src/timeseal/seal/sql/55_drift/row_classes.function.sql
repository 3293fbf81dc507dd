-- purpose: the class of each differing row: what kind of event changed it, and the evidence
-- grain: one row per given row; p_rows is a list of {t0_day, row_key, change}
-- reads: what audit.drift_causes and audit.explain_rows read
-- writes: nothing
-- time: none
create or replace function audit.row_classes(p_entrypoint text, p_rows jsonb)
returns table (t0_day date, row_key jsonb, class text, object text, detail text)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_keys jsonb;
begin
  select coalesce(jsonb_agg(distinct r.value -> 'row_key'), '[]') into v_keys from jsonb_array_elements(p_rows) as r (value);
  return query
  with cause as materialized (
    select c.class, c.object, c.detail, c.keys from audit.drift_causes(v_ep.entrypoint) as c
  ),
  -- a stored cell that its defining view contradicts came by no publish
  contradicted as materialized (
    select x.row_key, x.layer, string_agg(x.column_name, ', ' order by x.column_name) as names
    from audit.explain_rows(v_ep.entrypoint, v_keys) as x
    group by x.row_key, x.layer
  )
  select r.t0_day, r.row_key, d.class, d.object, d.detail
  from jsonb_to_recordset(p_rows) as r (t0_day date, row_key jsonb, change text)
  cross join lateral (
    select s.class, s.object, s.detail
    from (
      select 'tampering'::text, 'store.' || x.layer, 'written outside publish: ' || x.names, 1
      from contradicted as x
      where r.row_key @> x.row_key
      union all
      select n.class, n.object, n.detail, n.rank
      from (
        select
          case when c.class <> 'write' then c.class when r.change = 'added' then 'late arrival'
            when r.change = 'removed' then 'deletion' else 'correction' end as class,
          c.object, c.detail,
          case
            -- it speaks of this very row
            when exists (select from jsonb_array_elements(c.keys) as k (value) where r.row_key @> k.value) then 2
            -- what is gone has no row version left to speak of it
            when r.change = 'removed' and c.class in ('deletion', 'write') then 3
            when c.class = 'write' and c.keys is null then 11
            -- else what reaches many rows, before what has been seen to speak of other rows
            else 4 + array_position(array['function', 'definition', 'reference release', 'tampering', 'correction',
              'late arrival', 'deletion', 'setting', 'write'], c.class)
          end as rank
        from cause as c
      ) as n
      union all
      select 'tampering', v_ep.entrypoint, 'nothing on record explains it: written past the watchers', 99
    ) as s (class, object, detail, rank)
    order by s.rank, s.class, s.object
    limit 1
  ) as d;
end
$$;
revoke all on function audit.row_classes(text, jsonb) from public;
