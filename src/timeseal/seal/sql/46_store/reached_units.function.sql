-- purpose: the units of a layer that the changes below it can reach, as pg_temp.timeseal_unit
-- grain: one layer; returns how many
-- reads: audit.layer_reach, the inputs that changed, the layer whose rows it has
-- writes: pg_temp.timeseal_unit
-- time: as the reaches say
create or replace function audit.reached_units(p_layer audit.materialisation, p_changed oid[], p_runs bigint[]) returns bigint
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_queries text;
  v_units bigint;
begin
  select string_agg(q.text, ' union all ') into v_queries
  from audit.layer_inputs(p_layer.store) as i
  cross join lateral (
    select audit.reach_query(p_layer, r, i.relid, i.columns)
    from audit.layer_reach as r
    where r.store = p_layer.store and r.layer = p_layer.layer and r.input = i.input
    union all
    select format('select c.%I from (%s) as c', p_layer.unit_column, audit.changed_rows(i.relid, i.columns))
    where i.input = p_layer.rows_of and i.kind = 'layer'
  ) as q (text)
  where i.layer = p_layer.layer and i.relid = any (p_changed);
  execute format('create temporary table timeseal_unit on commit drop as select distinct u.unit from ('
    'select x.%1$I from %2$s as x where false%3$s) as u (unit) where u.unit is not null',
    p_layer.unit_column, audit.relation_name(p_layer.stored), coalesce(' union all ' || v_queries, '')) using p_runs;
  get diagnostics v_units = row_count;
  return v_units;
end
$$;
