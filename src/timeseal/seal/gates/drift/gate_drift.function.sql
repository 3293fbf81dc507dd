-- purpose: gate: no closed day differs from its baseline; every day and every row is compared
-- grain: one finding per differing day, naming its first rows
-- reads: audit.t0_dataset_hash_baseline, audit.t0_leaf_baseline, the entrypoint
-- writes: nothing
-- time: new days and days still open at the last certified horizon may grow
create or replace function audit.gate_drift(p_entrypoint text, p_days jsonb) returns setof audit.finding
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  with drifted as (
    select c.t0_day, c.verdict, c.rows_before, c.rows_after, c.sha256_before, c.sha256_after
    from audit.day_changes(p_entrypoint, p_days) as c
    where c.verdict not in ('first baseline', 'new day', 'open day')
  ),
  named as (
    select r.t0_day, r.row_key, r.change, r.columns, row_number() over (partition by r.t0_day order by r.change, r.row_key) as n
    from audit.drift_rows(p_entrypoint, (select coalesce(array_agg(d.t0_day), '{}') from drifted as d)) as r
  )
  select
    'drift', 'blocking', p_entrypoint, d.t0_day::text,
    coalesce(d.sha256_before, 'no row on this day') || coalesce(' (' || d.rows_before || ' rows)', ''),
    d.verdict || ': ' || coalesce(d.sha256_after, 'no row on this day') || coalesce(' (' || d.rows_after || ' rows)', '')
      || coalesce(' ' || (select string_agg(n.change || ' ' || n.row_key::text
          || coalesce(' (' || nullif(array_to_string(n.columns, ', '), '') || ')', ''), ', ' order by n.n)
        from named as n where n.t0_day = d.t0_day and n.n <= 3), ''),
    'timeseal explain ' || p_entrypoint || ' --drift'
  from drifted as d
  order by d.t0_day;
$$;
