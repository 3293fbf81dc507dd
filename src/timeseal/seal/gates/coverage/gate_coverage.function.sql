-- purpose: gate: the entrypoint has rows, a baseline, and the baseline is what the drift ledger approved
-- grain: one finding per missing or altered baseline day
-- reads: audit.t0_dataset_hash_baseline, audit.t0_leaf_baseline, audit.drift_event
-- writes: nothing
-- time: none
create or replace function audit.gate_coverage(p_entrypoint text, p_days jsonb) returns setof audit.finding
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_first text := format('CALL audit.rebaseline_last_n_days(%L::regclass)', v_ep.entrypoint);
begin
  if p_days = '{}'::jsonb then
    return next row('coverage', 'blocking', v_ep.entrypoint, 'rows', 'at least one row', 'an empty entrypoint',
      'load facts and run: timeseal store publish')::audit.finding;
  end if;
  if not exists (select 1 from audit.drift_event as d where d.entrypoint = v_ep.entrypoint and d.verdict <> 'refused') then
    return next row('coverage', 'blocking', v_ep.entrypoint, 'baseline', 'a first baseline event', 'none was ever recorded',
      v_first)::audit.finding;
    return;
  end if;
  return query
  with approved as (
    select distinct on (d.t0_day) d.t0_day, d.sha256_after
    from audit.drift_event as d
    where d.entrypoint = v_ep.entrypoint and d.verdict <> 'refused'
    order by d.t0_day, d.drift_id desc
  ),
  -- in one pass, which parallel workers can share
  leaf as (
    select l.t0_day, count(*) as leaves
    from audit.t0_leaf_baseline as l
    where l.entrypoint = v_ep.entrypoint
    group by l.t0_day
  ),
  held as (
    select b.t0_day, b.dataset_sha256, b.row_count, coalesce(l.leaves, 0) as leaves
    from audit.t0_dataset_hash_baseline as b
    left join leaf as l on l.t0_day = b.t0_day
    where b.entrypoint = v_ep.entrypoint and b.sample_limit = 0
  )
  select 'coverage'::text, 'blocking'::text, v_ep.entrypoint, coalesce(a.t0_day, h.t0_day)::text,
    coalesce(a.sha256_after, 'no baseline was approved'),
    case when h.t0_day is null then 'the baseline was deleted'
      when h.dataset_sha256 is distinct from a.sha256_after then h.dataset_sha256
      else format('%s of %s leaves', h.leaves, h.row_count) end,
    'restore the baseline row from the drift ledger (audit.drift_event); it is not a first run'::text
  from approved as a
  full join held as h on h.t0_day = a.t0_day
  where (a.sha256_after is not null or h.t0_day is not null)
    and (h.dataset_sha256 is distinct from a.sha256_after or h.leaves is distinct from h.row_count)
  order by 4;
end
$$;
