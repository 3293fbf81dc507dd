-- purpose: the keys by which staged rows differ from stored rows, as pg_temp.timeseal_diff
-- grain: one layer; returns how many keys to insert, update and delete
-- reads: pg_temp.timeseal_stage, pg_temp.timeseal_unit, the stored relation
-- writes: pg_temp.timeseal_diff
-- time: p_whole: against every stored row, else against those of the reached units and, from p_from on, all
create or replace function audit.diff_layer(
  p_layer audit.materialisation,
  p_whole boolean,
  p_from timestamptz,
  p_horizon timestamptz,
  out inserted bigint,
  out updated bigint,
  out deleted bigint
)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_stored text := 'select ' || audit.column_list(p_layer.stored, 'x.') || ' from '
    || audit.relation_name(p_layer.stored) || ' as x';
  v_keys text := audit.column_list(p_layer.stored, '', p_layer.key_columns);
  v_first text := quote_ident(p_layer.key_columns[1]);
begin
  if not p_whole then
    v_stored := v_stored || ' where ' || audit.unit_condition(p_layer, 'x')
      || case when p_layer.rows_of is null and p_layer.t0_column is not null
        then ' or ' || audit.reach_condition('x', p_layer.t0_column, p_from, p_horizon) else '' end;
  end if;
  execute format(
    'create temporary table timeseal_diff on commit drop as select %1$s, case when t.%2$s is null then ''i'' '
    'when s.%2$s is null then ''d'' else ''u'' end as timeseal_op '
    'from pg_temp.timeseal_stage as s full join (%3$s) as t using (%1$s) '
    'where t.%2$s is null or s.%2$s is null or row(%4$s) is distinct from row(%5$s)',
    v_keys, v_first, v_stored,
    audit.column_list(p_layer.stored, 't.'), audit.column_list(p_layer.stored, 's.'));
  analyze pg_temp.timeseal_diff;
  select count(*) filter (where d.timeseal_op = 'i'), count(*) filter (where d.timeseal_op = 'u'),
    count(*) filter (where d.timeseal_op = 'd')
  into inserted, updated, deleted
  from pg_temp.timeseal_diff as d;
end
$$;
