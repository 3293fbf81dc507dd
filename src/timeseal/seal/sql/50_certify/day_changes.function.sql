-- purpose: compare every current day with its baseline, before anything is accepted
-- grain: one row per t0_day that differs
-- reads: audit.t0_dataset_hash_baseline, audit.drift_event, the rows of open days
-- writes: nothing
-- time: a day is open while the last certified horizon lies on or before it; then rows may be added, never changed
create or replace function audit.day_changes(p_entrypoint text, p_days jsonb)
returns table (
  t0_day date,
  verdict text,
  rows_before bigint,
  rows_after bigint,
  sha256_before text,
  sha256_after text
)
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
  with present as (
    select d.key::date as t0_day, (d.value ->> 'rows')::bigint as row_count, d.value ->> 'sha256' as sha256
    from jsonb_each(p_days) as d (key, value)
  ),
  accepted as (
    select b.t0_day, b.row_count, b.dataset_sha256 as sha256
    from audit.t0_dataset_hash_baseline as b
    where b.entrypoint = p_entrypoint and b.sample_limit = 0
  ),
  edge as (
    -- from the ledger, not from the baseline: a deleted baseline is not a first run
    select
      (select max(d.t0_day) from audit.drift_event as d
        where d.entrypoint = p_entrypoint and d.verdict <> 'refused') as last_day,
      audit.closed_until(p_entrypoint) as open_from
  ),
  spoiled as (
    select distinct r.t0_day
    from audit.row_changes(p_entrypoint, (
      select coalesce(array_agg(p.t0_day), '{}')
      from present as p
      join accepted as a on a.t0_day = p.t0_day and a.sha256 is distinct from p.sha256
      join edge as e on p.t0_day >= e.open_from
    )) as r
    where r.change <> 'added'
  )
  select
    coalesce(p.t0_day, a.t0_day),
    case
      when e.last_day is null then 'first baseline'
      when a.t0_day is null and p.t0_day > e.last_day then 'new day'
      when p.t0_day >= e.open_from and not exists (select 1 from spoiled as x where x.t0_day = p.t0_day) then 'open day'
      when p.t0_day is null then 'missing'
      when a.t0_day is null then 'unexpected'
      else 'changed'
    end,
    a.row_count,
    p.row_count,
    a.sha256,
    p.sha256
  from present as p
  full join accepted as a on a.t0_day = p.t0_day
  cross join edge as e
  where p.sha256 is distinct from a.sha256
  order by 1;
$$;
