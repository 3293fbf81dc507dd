-- purpose: the condition that keeps the rows of the reached units, as constants: a view that sorts or groups takes no join
-- grain: one layer
-- reads: pg_temp.timeseal_unit
-- writes: nothing
-- time: none
create or replace function audit.unit_condition(p_layer audit.materialisation, p_alias text) returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
declare
  v_units text;
  v_type text;
begin
  select format_type(a.atttypid, a.atttypmod) into v_type
  from pg_catalog.pg_attribute as a
  where a.attrelid = p_layer.stored and a.attname = p_layer.unit_column;
  select coalesce(array_agg(u.unit order by u.unit)::text, '{}') into v_units from pg_temp.timeseal_unit as u;
  return format('%s.%I = any (%L::%s[])', p_alias, p_layer.unit_column, v_units, v_type);
end
$$;
