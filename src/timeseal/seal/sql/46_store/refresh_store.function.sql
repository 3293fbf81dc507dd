-- purpose: bring every stored layer of a store to what its definition says, in order, touching only keys that differ
-- grain: one row per layer
-- reads: audit.materialisation, what audit.refresh_reach reads, the layers' defining views
-- writes: the stored relations, audit.refresh_state, audit.refresh_run
-- time: only rows with t0 below the safe horizon; never TRUNCATE, REFRESH or a swap, which older snapshots would see
create or replace function audit.refresh_store(p_store text, p_full boolean default false)
returns table (layer text, inserted bigint, updated bigint, deleted bigint)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_reach record;
  v_layer audit.materialisation;
begin
  perform pg_advisory_xact_lock(hashtextextended('timeseal refresh ' || p_store, 0));
  if not exists (select 1 from audit.materialisation as m where m.store = p_store) then
    raise exception 'TS003: % is not a bound store', coalesce(p_store, 'NULL')
      using errcode = 'TS003', hint = 'Run: timeseal store plan';
  end if;
  v_reach := audit.refresh_reach(p_store, p_full);
  for v_layer in
    select m.stored, m.source, m.published, m.store, m.layer, m.ordinal, m.key_columns, m.t0_column, m.kind
    from audit.materialisation as m
    where m.store = p_store
    order by m.ordinal
  loop
    layer := v_layer.layer;
    select r.inserted, r.updated, r.deleted into inserted, updated, deleted
    from audit.refresh_layer(v_layer, v_reach.reach_from, v_reach.horizon) as r;
    return next;
  end loop;
  insert into audit.refresh_state as s (store, horizon, bindings_sha256)
  values (p_store, v_reach.horizon, audit.bindings_sha256(p_store))
  on conflict (store) do update
  set horizon = excluded.horizon, bindings_sha256 = excluded.bindings_sha256, refreshed_at = clock_timestamp();
  insert into audit.refresh_run (store, run_id)
  select p_store, r.run_id
  from unnest(v_reach.runs) as r (run_id)
  on conflict (store, run_id) do nothing;
end
$$;
