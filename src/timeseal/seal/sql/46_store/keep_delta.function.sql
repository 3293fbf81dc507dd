-- purpose: keep what a refresh changes in a layer, as it was and as it will be, for the layers above
-- grain: one layer; false: most of it changes, and nothing is kept
-- reads: pg_temp.timeseal_stage, pg_temp.timeseal_diff, the stored relation
-- writes: pg_temp.timeseal_delta_<oid>
-- time: none
create or replace function audit.keep_delta(p_layer audit.materialisation, p_rows bigint) returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_stored bigint;
  v_keys text := audit.column_list(p_layer.stored, '', p_layer.key_columns);
begin
  if p_rows > 100 then
    execute format('select count(*) from %s', audit.relation_name(p_layer.stored)) into v_stored;
  end if;
  if p_rows * 2 > v_stored then
    return false;
  end if;
  execute format('drop table if exists pg_temp.timeseal_delta_%s', p_layer.stored);
  execute format(
    'create temporary table timeseal_delta_%1$s on commit drop as '
    'select d.timeseal_op, ''n'' as timeseal_side, %2$s from pg_temp.timeseal_diff as d join pg_temp.timeseal_stage as s using (%3$s) '
    'where d.timeseal_op <> ''d'' '
    'union all select d.timeseal_op, ''o'', %4$s from pg_temp.timeseal_diff as d join %5$s as t using (%3$s) where d.timeseal_op <> ''i''',
    p_layer.stored, audit.column_list(p_layer.stored, 's.'), v_keys, audit.column_list(p_layer.stored, 't.'),
    audit.relation_name(p_layer.stored));
  execute format('analyze pg_temp.timeseal_delta_%s', p_layer.stored);
  return true;
end
$$;
