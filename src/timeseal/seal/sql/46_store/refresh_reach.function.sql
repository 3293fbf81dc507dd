-- purpose: which decision times a refresh must look at: [reach_from, horizon), and the fact runs it will have incorporated
-- grain: one store
-- reads: audit.entrypoint, audit.refresh_state, audit.refresh_run, the store's horizon and reach functions
-- writes: nothing
-- time: rows at or above the safe horizon stay out; reach_from NULL means every row
create or replace function audit.refresh_reach(
  p_store text,
  p_full boolean,
  out horizon timestamptz,
  out reach_from timestamptz,
  out runs bigint[]
)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_horizon_function text;
  v_reach_function text;
  v_seen bigint[];
  v_last record;
begin
  select max(e.horizon_function), max(e.reach_function) into v_horizon_function, v_reach_function
  from audit.entrypoint as e
  where e.store = p_store and e.retired_at is null;
  horizon := 'infinity';
  if v_horizon_function is not null then
    execute format('select %s()', audit.function_name(v_horizon_function, '')) into horizon;
  end if;
  if horizon is null then
    raise exception 'TS003: % returned no safe horizon', v_horizon_function
      using errcode = 'TS003', hint = 'Close the open fact runs. Run: timeseal status';
  end if;
  select s.horizon, s.bindings_sha256 = audit.bindings_sha256(p_store) as same_definitions into v_last
  from audit.refresh_state as s
  where s.store = p_store;
  if v_reach_function is null then
    return;
  end if;
  select coalesce(array_agg(r.run_id order by r.run_id), '{}') into v_seen
  from audit.refresh_run as r
  where r.store = p_store;
  execute format('select r.dirty_from, r.runs from %s($1) as r', audit.function_name(v_reach_function, 'bigint[]'))
    into reach_from, runs using v_seen;
  if p_full or not coalesce(v_last.same_definitions, false) then
    reach_from := null;
  else
    reach_from := least(reach_from, v_last.horizon);
  end if;
end
$$;
