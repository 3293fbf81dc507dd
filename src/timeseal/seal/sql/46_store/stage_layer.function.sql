-- purpose: compute the rows of one layer that may differ, once, into a keyed temporary table
-- grain: one layer; returns the number of staged rows
-- reads: the layer's defining view, pg_temp.timeseal_unit
-- writes: pg_temp.timeseal_stage
-- time: t0 < p_horizon; p_whole: every such row, else those of the reached units and, from p_from on, all
create or replace function audit.stage_layer(
  p_layer audit.materialisation,
  p_whole boolean,
  p_from timestamptz,
  p_horizon timestamptz
) returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_select text;
  v_near record;
  v_condition text;
  v_rows bigint;
  v_detail text;
begin
  select n.layer_text, n.path into v_near from audit.near_text(p_layer) as n where not p_whole and p_layer.walks is not null;
  v_select := format('select %s from %s as v where %s', audit.column_list(p_layer.source, 'v.'),
    coalesce('(' || v_near.layer_text || ')', audit.relation_name(p_layer.source)),
    audit.reach_condition('v', p_layer.t0_column, null, p_horizon));
  v_condition := case when p_whole then '' else ' and ' || audit.unit_condition(p_layer, 'v') end;
  if v_near.path is not null then
    perform set_config('search_path', v_near.path, true);
  end if;
  execute 'create temporary table timeseal_stage on commit drop as ' || v_select || v_condition;
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  if v_near.path is not null then
    execute format('drop table pg_temp.%I', p_layer.walks);
  end if;
  if not p_whole and p_layer.rows_of is null and p_layer.t0_column is not null then
    execute 'insert into pg_temp.timeseal_stage ' || v_select || ' and '
      || audit.reach_condition('v', p_layer.t0_column, p_from, p_horizon)
      || format(' and not exists (select from pg_temp.timeseal_unit as u where u.unit = v.%I)', p_layer.unit_column);
  end if;
  select count(*) into v_rows from pg_temp.timeseal_stage;
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
