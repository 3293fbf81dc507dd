-- purpose: refresh a store and certify in one transaction, by DML only: readers never wait and never see half
-- grain: one entrypoint, and those of the same store whose open door the refresh would otherwise shut
-- reads: facts below the safe horizon
-- writes: store tables, audit.t0_cert_run; on the very first run also the recorded first baseline, unless a gate refuses it
-- time: rows whose decision clock lies before the safe horizon
create or replace procedure audit.publish(p_entrypoint text, p_full boolean default false)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_gates text[] := array(select g.gate from audit.gate_list() as g where g.given = 'nothing' order by g.ordinal);
  v_open text[];
  v_sibling text;
begin
  select coalesce(array_agg(e.entrypoint order by e.entrypoint), '{}') into v_open
  from audit.entrypoint as e
  where e.store = v_ep.store and e.entrypoint <> v_ep.entrypoint
    and audit.door_cause(e.entrypoint, e.max_age) is null;
  if v_ep.store is not null then
    perform r.layer from audit.refresh_store(v_ep.store, p_full, not p_full) as r;
  end if;
  if not exists (select 1 from audit.drift_event as d where d.entrypoint = v_ep.entrypoint and d.verdict <> 'refused') then
    if not exists (select 1 from audit.t0_viewdef_baseline as b where b.entrypoint = v_ep.entrypoint) then
      call audit.capture_viewdef_baseline(v_ep.relid::regclass);
    end if;
    -- what a gate refuses is to be mended, and would then differ from a baseline taken now
    if not exists (
      select 1
      from jsonb_array_elements(audit.check_gates(v_ep.entrypoint, v_gates)) as c (value)
      where c.value ->> 'status' = 'failed'
    ) then
      call audit.rebaseline_last_n_days(v_ep.relid::regclass, v_ep.tolerant_days, 2000);
    end if;
  end if;
  perform audit.certify(v_ep.entrypoint, v_ep.tolerant_days, 2000);
  foreach v_sibling in array v_open loop
    if audit.door_cause(v_sibling, interval '100 years') is not null then
      perform audit.certify(v_sibling, (audit.entrypoint_row(v_sibling)).tolerant_days, 2000);
    end if;
  end loop;
end
$$;
