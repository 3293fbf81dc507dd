-- purpose: order gate: whether fixing some expressions of a query leaves one of its rows at most
-- grain: one query; its rows are groups when it groups, distinct values when it says DISTINCT
-- reads: system catalogues, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.picks_one(p_query jsonb, p_fixed jsonb, p_ctes jsonb) returns boolean
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
declare
  v_known text[] := audit.known_columns(p_query, p_fixed, p_ctes);
  v_fixed text[] := array(select audit.bare_node(f.node) from jsonb_array_elements(p_fixed) as f (node));
  v_clause text;
  v_expressions jsonb;
begin
  if p_query #>> '{setOperations,0,_}' = 'SETOPERATIONSTMT' then
    return false;
  elsif 'rows' = any (v_known) and p_query #>> '{hasTargetSRFs,0}' = 'false' then
    return true;
  elsif jsonb_typeof(p_query #> '{groupingSets,0}') = 'array' then
    return false;
  elsif p_query #>> '{hasAggs,0}' = 'true' and jsonb_typeof(p_query #> '{groupClause,0}') is distinct from 'array' then
    return true;
  end if;
  foreach v_clause in array array['groupClause', 'distinctClause'] loop
    continue when jsonb_typeof(p_query #> array[v_clause, '0']) is distinct from 'array';
    v_expressions := audit.clause_expressions(p_query #> array[v_clause, '0'], p_query #> '{targetList,0}');
    if not exists (
      select 1
      from jsonb_array_elements(v_expressions) as e (node)
      where not audit.bare_node(e.node) = any (v_fixed)
        and not audit.expression_known(p_query, e.node, v_known)
    ) then
      return true;
    end if;
  end loop;
  return false;
end
$$;
revoke all on function audit.picks_one(jsonb, jsonb, jsonb) from public;
