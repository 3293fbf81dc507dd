-- purpose: compute the rows of one layer inside the reach, once, into a keyed temporary table
-- grain: one layer; returns the number of staged rows
-- reads: the layer's defining view
-- writes: pg_temp.timeseal_stage
-- time: p_from <= t0 < p_horizon; p_from NULL means every row below the horizon
create or replace function audit.stage_layer(
  p_layer audit.materialisation,
  p_from timestamptz,
  p_horizon timestamptz
) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_rows bigint;
  v_detail text;
begin
  execute format(
    'create temporary table timeseal_stage on commit drop as select %s from %s as v%s',
    audit.column_list(p_layer.source, 'v.'), audit.relation_name(p_layer.source),
    audit.reach_condition('v', p_layer.t0_column, p_from, p_horizon));
  get diagnostics v_rows = row_count;
  execute format('alter table pg_temp.timeseal_stage add primary key (%s)',
    audit.column_list(p_layer.stored, '', p_layer.key_columns));
  analyze pg_temp.timeseal_stage;
  return v_rows;
exception
  when unique_violation or not_null_violation then
    get stacked diagnostics v_detail = pg_exception_detail;
    raise exception 'TS003: layer %.% does not have one row per key', p_layer.store, p_layer.layer
      using errcode = 'TS003',
        detail = 'expected: unique, non-null ' || array_to_string(p_layer.key_columns, ', ')
          || '; found: ' || coalesce(nullif(v_detail, ''), sqlerrm),
        hint = 'Make every pick in the layer total. Run: timeseal store plan';
end
$$;
