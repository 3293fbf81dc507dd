-- purpose: the UTC days of t0 on which a refresh changes rows of a layer, as they were and as they will be
-- grain: one layer; NULL: the layer has no t0
-- reads: pg_temp.timeseal_delta_<oid>
-- writes: nothing
-- time: UTC days
create or replace function audit.written_days(p_layer audit.materialisation) returns date[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_days date[];
begin
  if p_layer.t0_column is null then
    return null;
  end if;
  execute format('select array_agg(distinct %s) from pg_temp.timeseal_delta_%s as x',
    audit.tsf1_day(p_layer.stored, p_layer.t0_column, null, 'x'), p_layer.stored) into v_days;
  -- a row without t0 is a row of no day
  return case when array_position(v_days, null) is null then v_days end;
end
$$;
revoke all on function audit.written_days(audit.materialisation) from public;
