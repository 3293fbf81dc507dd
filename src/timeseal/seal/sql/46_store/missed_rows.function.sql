-- purpose: compare every row of a layer that the planner holds for done, put right what differs, and say so loudly
-- grain: one layer
-- reads: the layer's defining view, the stored relation
-- writes: the stored relation, audit.refresh_miss
-- time: rows with t0 < p_horizon
create or replace function audit.missed_rows(
  p_layer audit.materialisation,
  p_horizon timestamptz,
  out inserted bigint,
  out updated bigint,
  out deleted bigint,
  out kept boolean
)
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_first jsonb;
begin
  select r.inserted, r.updated, r.deleted, r.kept into inserted, updated, deleted, kept
  from audit.refresh_layer(p_layer, true, null, p_horizon) as r;
  if kept is null then
    return;
  end if;
  execute format('select to_jsonb(d) - ''timeseal_op'' from pg_temp.timeseal_diff as d order by %s limit 1',
    audit.column_list(p_layer.stored, 'd.', p_layer.key_columns)) into v_first;
  insert into audit.refresh_miss (store, layer, inserted, updated, deleted, first_row)
  values (p_layer.store, p_layer.layer, inserted, updated, deleted, v_first);
  raise warning 'TS006: % rows of %.% differed although the planner held them for done',
    inserted + updated + deleted, p_layer.store, p_layer.layer
    using errcode = 'TS006', detail = format('first: %s; written by hand, or a reach in store.toml is too short', v_first),
      hint = 'Run: timeseal store plan ' || p_layer.store;
end
$$;
