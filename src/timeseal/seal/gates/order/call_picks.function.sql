-- purpose: order gate: how the value may differ that an aggregate or window call picks among equal ones; null if it picks none
-- grain: one AGGREF or WINDOWFUNC node
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.call_picks(p_node jsonb) returns text
language sql
stable strict
set search_path = pg_catalog, pg_temp
as $$
  select max(audit.loose_value(coalesce(a.arg #> '{expr,0}', a.arg)))
  from pg_proc as p
  cross join lateral jsonb_array_elements(
    case when jsonb_typeof(p_node #> '{args,0}') = 'array' then p_node #> '{args,0}' else '[]' end
  ) as a (arg)
  where p.oid = coalesce(p_node #>> '{aggfnoid,0}', p_node #>> '{winfnoid,0}')::oid
    and p.pronamespace = 'pg_catalog'::regnamespace
    and (
      p.proname in ('min', 'max', 'mode', 'percentile_disc', 'percentile_cont', 'any_value')
      or p.proname in ('array_agg', 'string_agg', 'json_agg', 'jsonb_agg', 'json_agg_strict', 'jsonb_agg_strict', 'xmlagg')
        and jsonb_typeof(p_node #> '{aggdistinct,0}') = 'array'
    )
$$;
revoke all on function audit.call_picks(jsonb) from public;
