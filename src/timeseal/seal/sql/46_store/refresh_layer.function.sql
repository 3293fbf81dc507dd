-- purpose: stage, diff and write one layer, by the route that the planner chose
-- grain: one layer; kept: whether the layers above know which rows changed
-- reads: the layer's defining view, the stored relation
-- writes: the stored relation, pg_temp.timeseal_delta_<oid>, audit.layer_write
-- time: rows with t0 < p_horizon; p_runs are the fact runs to be looked at
create or replace function audit.refresh_layer(
  p_layer audit.materialisation,
  p_whole boolean,
  p_from timestamptz,
  p_horizon timestamptz,
  p_changed oid[] default '{}',
  p_runs bigint[] default '{}',
  out inserted bigint,
  out updated bigint,
  out deleted bigint,
  out kept boolean
)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set client_min_messages = 'warning'
set work_mem = '64MB'
set jit = off
as $$
begin
  drop table if exists pg_temp.timeseal_unit, pg_temp.timeseal_stage, pg_temp.timeseal_diff;
  select 0, 0, 0 into inserted, updated, deleted;
  if not p_whole and audit.reached_units(p_layer, p_changed, p_runs) = 0 and p_layer.rows_of is not null then
    return;
  end if;
  perform audit.stage_layer(p_layer, p_whole, p_from, p_horizon);
  select d.inserted, d.updated, d.deleted into inserted, updated, deleted
  from audit.diff_layer(p_layer, p_whole, p_from, p_horizon) as d;
  if inserted + updated + deleted > 0 then
    kept := audit.keep_delta(p_layer, inserted + updated + deleted);
    perform audit.write_layer(p_layer, inserted, updated, deleted, kept);
  end if;
end
$$;
