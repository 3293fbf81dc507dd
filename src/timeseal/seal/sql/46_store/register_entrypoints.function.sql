-- purpose: declare the entrypoints of a store with their guarded views, budgets and invariants
-- grain: one store
-- reads: p_store, the declaration as jsonb
-- writes: audit.entrypoint, audit.drift_budget, audit.store_invariant
-- time: none
create or replace function audit.register_entrypoints(p_store jsonb) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into audit.entrypoint as e (entrypoint, relid, store, key_columns, t0_column, day_column, guarded_view,
    guarded_relid, universe, contract_set, max_age, tolerant_days, replay, replay_budget, horizon_function, reach_function)
  select d.value ->> 'entrypoint', (d.value ->> 'entrypoint')::regclass, p_store ->> 'store',
    array(select k.name from jsonb_array_elements_text(d.value -> 'key') with ordinality as k (name, n) order by k.n),
    d.value ->> 't0', d.value ->> 'day', d.value ->> 'guarded_view', (d.value ->> 'guarded_view')::regclass,
    d.value ->> 'universe', d.value ->> 'contract', (d.value ->> 'max_age')::interval,
    (d.value ->> 'tolerant_days')::integer, d.value ->> 'replay', (d.value ->> 'replay_budget')::interval,
    p_store ->> 'horizon_function', p_store ->> 'reach_function'
  from jsonb_array_elements(p_store -> 'entrypoints') as d
  on conflict (entrypoint) do update
  set relid = excluded.relid, store = excluded.store, key_columns = excluded.key_columns,
    t0_column = excluded.t0_column, day_column = excluded.day_column, guarded_view = excluded.guarded_view,
    guarded_relid = excluded.guarded_relid, universe = excluded.universe, contract_set = excluded.contract_set,
    max_age = excluded.max_age, tolerant_days = excluded.tolerant_days, replay = excluded.replay,
    replay_budget = excluded.replay_budget,
    horizon_function = excluded.horizon_function, reach_function = excluded.reach_function, retired_at = null;
  delete from audit.store_invariant as i
  using audit.entrypoint as e
  where e.entrypoint = i.entrypoint and e.store = p_store ->> 'store'
    and (i.entrypoint, i.name) not in (
      select d.value ->> 'entrypoint', d.value ->> 'name' from jsonb_array_elements(p_store -> 'invariants') as d);
  insert into audit.store_invariant as k (entrypoint, name, relid, level, hint)
  select i.value ->> 'entrypoint', i.value ->> 'name', (i.value ->> 'relation')::regclass,
    i.value ->> 'level', i.value ->> 'hint'
  from jsonb_array_elements(p_store -> 'invariants') as i
  on conflict (entrypoint, name) do update
  set relid = excluded.relid, level = excluded.level, hint = excluded.hint
  -- a row that stays as it is leaves its certificate standing
  where (k.relid, k.level, k.hint) is distinct from (excluded.relid, excluded.level, excluded.hint);
  delete from audit.drift_budget as b
  using audit.entrypoint as e
  where e.entrypoint = b.entrypoint and e.store = p_store ->> 'store';
  insert into audit.drift_budget (entrypoint, name, max_days, max_rows)
  select d.value ->> 'entrypoint', b.value ->> 'name', (b.value ->> 'max_days')::integer,
    (b.value ->> 'max_rows')::bigint
  from jsonb_array_elements(p_store -> 'entrypoints') as d
  cross join jsonb_array_elements(p_store -> 'budgets') as b;
end
$$;
