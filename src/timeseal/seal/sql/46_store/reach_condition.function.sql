-- purpose: the condition that bounds a layer to p_from <= t0 < p_horizon (p_from NULL: every row below the horizon)
-- grain: one layer
-- reads: nothing
-- writes: nothing
-- time: the t0 column of the layer; a layer without one is never bounded
create or replace function audit.reach_condition(
  p_alias text,
  p_t0_column text,
  p_from timestamptz,
  p_horizon timestamptz
) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
as $$
  select case when p_t0_column is null then 'true' else
    case when p_from is null then '' else
      format('%s.%I >= %L::timestamptz and ', p_alias, p_t0_column, p_from::text) end
    || format('%s.%I < %L::timestamptz', p_alias, p_t0_column, p_horizon::text) end;
$$;
