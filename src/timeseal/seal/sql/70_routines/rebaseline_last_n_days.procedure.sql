-- purpose: approve, on record, the changed days among the newest n; closed days only within a named budget
-- grain: one ledger row per changed day
-- reads: the entrypoint, audit.drift_budget
-- writes: baselines and audit.drift_event; stored layers, when their published views were refreshed before
-- time: who is the session user; why is SET timeseal.reason; the occasion is SET timeseal.budget
create or replace procedure audit.rebaseline_last_n_days(
  p_entrypoint regclass,
  p_n integer default 10,
  p_sample_limit integer default 2000
)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(audit.entrypoint_of(p_entrypoint));
  v_reason text := coalesce(nullif(current_setting('timeseal.reason', true), ''), 'published block');
  v_days jsonb;
  v_plan record;
  v_told record;
begin
  perform audit.follow_published(v_ep.store);
  -- a row lock: an advisory lock could be held by anybody who can log in
  perform 1 from audit.entrypoint as e where e.entrypoint = v_ep.entrypoint for no key update;
  if not exists (
    select 1 from audit.t0_viewdef_baseline as b
    where b.entrypoint = v_ep.entrypoint
      and b.server_major = current_setting('server_version_num')::integer / 10000
  ) and not exists (
    select 1 from audit.drift_event as d where d.entrypoint = v_ep.entrypoint and d.verdict <> 'refused'
  ) then
    call audit.capture_viewdef_baseline(v_ep.relid::regclass);
  end if;
  if not audit.vetted(v_ep.entrypoint) then
    raise warning 'TS005: nothing of % was accepted: code below it changed or is unknown, and is not run', v_ep.entrypoint
      using hint = 'Run: timeseal seal check ' || v_ep.entrypoint;
    return;
  end if;
  v_days := audit.current_days(v_ep.entrypoint);
  select p.accepted, p.refused, p.budget into v_plan from audit.rebaseline_plan(v_ep.entrypoint, v_days, p_n) as p;
  -- described before anything is accepted: afterwards nothing would tell what was different
  select
    coalesce(jsonb_agg(c.value || coalesce(to_jsonb(d) - 't0_day', '{}')) filter (where c.kind = 'accepted'), '[]') as accepted,
    coalesce(jsonb_agg(c.value || coalesce(to_jsonb(d) - 't0_day', '{}')) filter (where c.kind = 'refused'), '[]') as refused
  into v_told
  from (
    select a.value, 'accepted' as kind from jsonb_array_elements(v_plan.accepted) as a (value)
    union all
    select r.value, 'refused' from jsonb_array_elements(v_plan.refused) as r (value)
  ) as c
  left join audit.describe_drift(v_ep.entrypoint, (
    select coalesce(array_agg((x.value ->> 't0_day')::date), '{}')
    from jsonb_array_elements(v_plan.accepted || v_plan.refused) as x (value)
    where x.value ->> 'verdict' in ('budget', 'undone', 'refused')
  )) as d on d.t0_day = (c.value ->> 't0_day')::date;
  perform audit.accept_days(v_ep.entrypoint, v_told.accepted, v_reason, v_plan.budget, p_sample_limit);
  if v_told.refused = '[]' then
    perform audit.keep_witness(v_ep.entrypoint);
    return;
  end if;
  perform audit.record_drift(v_ep.entrypoint, v_told.refused, v_reason, v_plan.budget, p_sample_limit);
  raise warning 'TS005: % closed days of % differ from their baseline and were not accepted (budget: %)',
    jsonb_array_length(v_told.refused), v_ep.entrypoint, coalesce(v_plan.budget, 'none: only open days may change')
    using hint = 'Run: timeseal explain ' || v_ep.entrypoint || ' --drift';
end
$$;
