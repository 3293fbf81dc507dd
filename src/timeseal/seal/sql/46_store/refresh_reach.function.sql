-- purpose: what a refresh has to look at: the safe horizon, the last one, and the fact runs that it has not incorporated
-- grain: one store
-- reads: audit.entrypoint, audit.refresh_state, audit.refresh_run, the store's horizon and reach functions
-- writes: nothing
-- time: horizon never goes back: rows that stand are kept up to date; late_from is the earliest knowledge of the new runs
create or replace function audit.refresh_reach(
  p_store text,
  out horizon timestamptz,
  out last_horizon timestamptz,
  out late_from timestamptz,
  out ended_runs bigint[],
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
  select s.horizon into last_horizon from audit.refresh_state as s where s.store = p_store;
  horizon := greatest(horizon, last_horizon);
  if v_reach_function is null then
    return;
  end if;
  select coalesce(array_agg(r.run_id order by r.run_id), '{}') into v_seen
  from audit.refresh_run as r
  where r.store = p_store;
  -- a run that is still open may already have said something that a row below the horizon shows: looked at until it ends
  execute format('select r.dirty_from, coalesce(r.runs, ''{}''), coalesce(r.runs, ''{}'') || coalesce(array('
    'select o.run_id::bigint from jsonb_array_elements_text(nullif(to_jsonb(r) -> ''open_runs'', ''null'')) as o (run_id)), ''{}'') from %s($1) as r',
    audit.function_name(v_reach_function, 'bigint[]'))
    into late_from, ended_runs, runs using v_seen;
end
$$;
