-- purpose: which changed days an approval may accept: first baselines, new and open days always, closed days within a budget
-- grain: one row
-- reads: audit.drift_budget, audit.t0_dataset_hash_baseline
-- writes: nothing
-- time: the newest n days of data, at most the tolerant days of the entrypoint, may use the budget, once per certificate
create or replace function audit.rebaseline_plan(p_entrypoint text, p_days jsonb, p_n integer)
returns table (accepted jsonb, refused jsonb, budget text)
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
  with newest as (
    select d.day::date as t0_day
    from jsonb_object_keys(p_days) as d (day)
    order by d.day::date desc
    limit greatest(least(coalesce(p_n, 0), (select e.tolerant_days from audit.entrypoint as e where e.entrypoint = p_entrypoint)), 0)
  ),
  allowance as (
    select b.name, b.max_days, b.max_rows
    from audit.drift_budget as b
    where b.entrypoint = p_entrypoint and b.name = nullif(current_setting('timeseal.budget', true), '')
  ),
  since as (
    select coalesce(max(r.certified_at), '-infinity') as certified_at
    from audit.t0_cert_run as r
    where r.entrypoint = p_entrypoint and r.status = 'CERTIFIED'
  ),
  -- approved under a budget and not certified since: taking it back is free, approving more of it is not
  pending as (
    select d.t0_day, d.budget, d.sha256_before
    from audit.drift_event as d
    join since as s on d.recorded_at > s.certified_at
    where d.entrypoint = p_entrypoint and d.verdict = 'budget'
  ),
  change as (
    select c.t0_day, c.verdict, c.rows_before, c.rows_after, c.sha256_before, c.sha256_after,
      c.verdict in ('first baseline', 'new day', 'open day') as free,
      c.t0_day in (select n.t0_day from newest as n)
        or (c.verdict = 'missing' and c.t0_day >= (select min(n.t0_day) from newest as n)) as recent
    from audit.day_changes(p_entrypoint, p_days) as c
  ),
  spent as (
    select
      count(*) as days,
      (select count(*) from audit.row_changes(p_entrypoint,
        (select coalesce(array_agg(c.t0_day), '{}') from change as c where not c.free and c.recent))) as changed_rows
    from change as c
    where not c.free and c.recent
  ),
  judged as (
    select c.t0_day, c.rows_before, c.rows_after, c.sha256_before, c.sha256_after,
      case
        when c.free then c.verdict
        when exists (select 1 from pending as p where p.t0_day = c.t0_day and p.sha256_before = c.sha256_after) then 'undone'
        when exists (select 1 from pending as p where p.budget = a.name) then 'refused'
        when c.recent and s.days <= a.max_days and s.changed_rows <= a.max_rows then 'budget'
        else 'refused'
      end as verdict
    from change as c
    cross join spent as s
    left join allowance as a on true
  )
  select
    coalesce(jsonb_agg(to_jsonb(j)) filter (where j.verdict <> 'refused'), '[]'::jsonb),
    coalesce(jsonb_agg(to_jsonb(j)) filter (where j.verdict = 'refused'), '[]'::jsonb),
    (select a.name from allowance as a)
  from judged as j;
$$;
