-- purpose: what changed on the given days and why: counts over all rows, classes over the first rows of each day
-- grain: one row per day that differs in a row
-- reads: what audit.drift_rows and audit.row_classes read
-- writes: nothing
-- time: none
create or replace function audit.describe_drift(p_entrypoint text, p_days date[])
returns table (
  t0_day date, rows_added bigint, rows_changed bigint, rows_removed bigint, columns text[], classes text[], evidence jsonb
)
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
  with differing as materialized (
    select r.t0_day, r.row_key, r.change, r.columns,
      row_number() over (partition by r.t0_day order by r.change, r.row_key) as n
    from audit.drift_rows(p_entrypoint, p_days) as r
  ),
  counted as (
    select d.t0_day,
      count(*) filter (where d.change = 'added') as added,
      count(*) filter (where d.change = 'changed') as changed,
      count(*) filter (where d.change = 'removed') as removed
    from differing as d
    group by d.t0_day
  ),
  touched as (
    select d.t0_day, array_agg(distinct c.name order by c.name) as columns
    from differing as d
    cross join lateral unnest(d.columns) as c (name)
    group by d.t0_day
  ),
  judged as materialized (
    select k.t0_day, k.class, k.object, k.detail, count(*) as n
    from audit.row_classes(p_entrypoint, (
      select coalesce(jsonb_agg(jsonb_build_object('t0_day', d.t0_day, 'row_key', d.row_key, 'change', d.change)), '[]')
      from differing as d
      -- all rows of a few days, the first ones of many
      where d.n <= greatest(3, 200 / greatest(cardinality(p_days), 1))
    )) as k
    group by k.t0_day, k.class, k.object, k.detail
  ),
  reason as (
    select j.t0_day, array_agg(distinct j.class order by j.class) as classes,
      jsonb_agg(jsonb_build_object('class', j.class, 'object', j.object, 'detail', j.detail, 'rows', j.n)
        order by j.n desc, j.class, j.object) as evidence
    from judged as j
    group by j.t0_day
  )
  select c.t0_day, c.added, c.changed, c.removed, coalesce(t.columns, '{}'), coalesce(r.classes, '{}'),
    coalesce(r.evidence, '[]')
  from counted as c
  left join touched as t on t.t0_day = c.t0_day
  left join reason as r on r.t0_day = c.t0_day
  order by c.t0_day
$$;
revoke all on function audit.describe_drift(text, date[]) from public;
