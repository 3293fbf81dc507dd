-- purpose: bring every stored layer of a store to what its definition says, in order, touching only keys that differ
-- grain: one row per layer
-- reads: audit.materialisation, what audit.refresh_reach and audit.layer_causes read, the layers' defining views
-- writes: the stored relations, audit.layer_state, audit.refresh_state, audit.refresh_run, audit.refresh_miss
-- time: t0 below the safe horizon; p_readers: a layer that no entrypoint reads is left behind; afterwards, by p_full or once a day, every row is compared, and what was missed is put right and told
create or replace function audit.refresh_store(p_store text, p_full boolean default false, p_readers boolean default false)
returns table (layer text, inserted bigint, updated bigint, deleted bigint, route text)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_reach record;
  v_layer audit.materialisation;
  v_changed oid[];
  v_flooded oid[] := '{}';
  v_needed oid[];
  v_whole oid[] := '{}';
  v_next record;
  v_done record;
  v_inputs jsonb;
  v_full boolean;
begin
  perform pg_advisory_xact_lock(hashtextextended('timeseal refresh ' || p_store, 0));
  if not exists (select 1 from audit.materialisation as m where m.store = p_store) then
    raise exception 'TS003: % is not a bound store', coalesce(p_store, 'NULL')
      using errcode = 'TS003', hint = 'Run: timeseal store plan';
  end if;
  v_full := p_full or audit.is_comparison_due(p_store);
  perform audit.note_inputs(p_store);
  perform audit.analyze_grown(array(select i.relid from audit.layer_inputs(p_store) as i));
  select r.last_horizon, r.horizon, r.ended_runs, r.runs into v_reach from audit.refresh_reach(p_store) as r;
  v_changed := array(select f.relid from audit.changed_facts(p_store, v_reach.runs) as f);
  v_needed := case when p_readers then audit.needed_layers(p_store) end;
  for v_next in select s.stored from audit.layer_steps(p_store) as s
  loop
    select m.* into v_layer from audit.materialisation as m where m.stored = v_next.stored;
    layer := v_layer.layer;
    v_inputs := audit.input_states(v_layer);
    select coalesce(min(c.route), 'none') into route
    from audit.layer_causes(v_layer, v_reach.last_horizon, v_reach.horizon, v_changed, v_flooded, v_inputs) as c;
    if v_next.stored = any (v_needed) is false and exists (
      select from audit.layer_state as s where s.store = p_store and s.layer = v_layer.layer and s.stored = v_layer.stored
    ) then
      update audit.layer_state as s set behind = true
      where s.store = p_store and s.layer = v_layer.layer and route <> 'none' and not s.behind;
      continue;
    end if;
    select 0::bigint, 0::bigint, 0::bigint into inserted, updated, deleted;
    if route <> 'none' then
      select r.inserted, r.updated, r.deleted, r.kept into v_done
      from audit.refresh_layer(v_layer, route = 'full', v_reach.last_horizon, v_reach.horizon, v_changed, v_reach.runs) as r;
      inserted := v_done.inserted;
      updated := v_done.updated;
      deleted := v_done.deleted;
      if v_done.kept is not null then
        v_changed := v_changed || v_layer.stored;
        v_flooded := v_flooded || case when v_done.kept then '{}' else array[v_layer.stored] end;
      end if;
      v_whole := v_whole || case when route = 'full' then array[v_layer.stored] else '{}' end;
      perform audit.record_layer(v_layer, v_inputs);
    end if;
    if v_full and not v_layer.stored = any (v_whole) then
      route := 'full';
      select m.inserted, m.updated, m.deleted, m.kept into v_done from audit.missed_rows(v_layer, v_reach.horizon) as m;
      inserted := inserted + v_done.inserted;
      updated := updated + v_done.updated;
      deleted := deleted + v_done.deleted;
      if v_done.kept is not null then
        -- from here on nobody can say which rows changed in both rounds together
        v_changed := v_changed || v_layer.stored;
        v_flooded := v_flooded || v_layer.stored;
      end if;
    end if;
    return next;
  end loop;
  insert into audit.refresh_state as s (store, horizon)
  values (p_store, v_reach.horizon)
  on conflict (store) do update
  set horizon = excluded.horizon, refreshed_at = clock_timestamp(),
    compared_at = case when v_full then clock_timestamp() else s.compared_at end;
  update audit.layer_state as s
  set published_version = audit.published_version(m.published)
  from audit.materialisation as m
  where s.store = p_store and m.store = s.store and m.layer = s.layer and m.published is not null;
  insert into audit.refresh_run (store, run_id)
  select p_store, r.run_id
  from unnest(v_reach.ended_runs) as r (run_id)
  on conflict (store, run_id) do nothing;
end
$$;
