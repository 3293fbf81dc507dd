-- purpose: order gate: whether some output columns of a query pick one of its rows at most
-- grain: one query
-- reads: system catalogues, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.output_determined(p_query jsonb, p_attributes integer[], p_ctes jsonb)
returns boolean
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
declare
  v_targets jsonb := p_query #> '{targetList,0}';
  v_fixed jsonb;
  v_all boolean;
begin
  select coalesce(jsonb_agg(t.entry #> '{expr,0}') filter (where (t.entry #>> '{resno,0}')::integer = any (p_attributes)), '[]'),
    bool_and((t.entry #>> '{resno,0}')::integer = any (p_attributes) or t.entry #>> '{resjunk,0}' = 'true')
  into v_fixed, v_all
  from jsonb_array_elements(v_targets) as t (entry);
  if p_query #>> '{limitOption,0}' = '0' and p_query #>> '{limitCount,0,_}' = 'CONST'
    and p_query #>> '{limitCount,0,constvalue,2}' = '1'
    and not exists (
      select 1 from generate_series(3, 9) as b (i)
      where p_query #>> array['limitCount', '0', 'constvalue', b.i::text] is distinct from '0'
    ) then
    return true;
  elsif p_query #>> '{setOperations,0,_}' = 'SETOPERATIONSTMT' then
    return v_all and p_query #>> '{setOperations,0,all,0}' = 'false';
  elsif p_query #>> '{hasTargetSRFs,0}' = 'true' then
    return v_all and jsonb_typeof(p_query #> '{distinctClause,0}') = 'array'
      and p_query #>> '{hasDistinctOn,0}' = 'false';
  end if;
  return audit.picks_one(p_query, v_fixed, p_ctes);
end
$$;
revoke all on function audit.output_determined(jsonb, integer[], jsonb) from public;
