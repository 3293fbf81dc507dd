-- purpose: stage, diff and write one layer
-- grain: one layer
-- reads: the layer's defining view, the stored relation
-- writes: the stored relation
-- time: feature layers inside the reach; history and label layers grow late and are compared whole
create or replace function audit.refresh_layer(
  p_layer audit.materialisation,
  p_from timestamptz,
  p_horizon timestamptz,
  out inserted bigint,
  out updated bigint,
  out deleted bigint
)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set client_min_messages = 'warning'
set work_mem = '64MB'
as $$
declare
  v_from timestamptz := case when p_layer.kind = 'feature' and p_layer.t0_column is not null then p_from end;
begin
  drop table if exists pg_temp.timeseal_stage, pg_temp.timeseal_diff;
  perform audit.stage_layer(p_layer, v_from, p_horizon);
  select d.inserted, d.updated, d.deleted into inserted, updated, deleted
  from audit.diff_layer(p_layer, v_from, p_horizon) as d;
  if inserted + updated + deleted > 0 then
    perform audit.write_layer(p_layer, inserted, updated, deleted);
  end if;
  drop table pg_temp.timeseal_stage, pg_temp.timeseal_diff;
end
$$;
