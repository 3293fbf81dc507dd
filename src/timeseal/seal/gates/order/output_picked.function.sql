-- purpose: order gate: whether a query picks one of several equal values for an output column, here or further down
-- grain: one output column of the first of p_queries, which the others enclose
-- reads: system catalogues, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.output_picked(p_queries jsonb, p_attribute integer, p_ctes jsonb) returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_query jsonb := p_queries -> 0;
  v_shown jsonb := (
    select t.entry #> '{expr,0}'
    from jsonb_array_elements(v_query #> '{targetList,0}') as t (entry)
    where (t.entry #>> '{resno,0}')::integer = p_attribute
  );
begin
  if audit.loose_value(v_shown) is null then
    return false;
  elsif jsonb_typeof(v_query #> '{setOperations,0}') = 'object' then
    return audit.merges_equals(v_query) or exists (
      select 1
      from jsonb_array_elements(v_query #> '{rtable,0}') as r (item)
      where r.item #>> '{rtekind,0}' = '1'
        and audit.output_picked(jsonb_build_array(r.item #> '{subquery,0}') || p_queries, p_attribute, p_ctes)
    );
  end if;
  return audit.merges_equals(v_query)
    -- which of the tied rows is left is settled for equal values only
    or (
      v_query #>> '{hasDistinctOn,0}' = 'true' or jsonb_typeof(v_query #> '{limitCount,0}') <> 'null'
      or jsonb_typeof(v_query #> '{limitOffset,0}') <> 'null'
    )
    and not audit.picks_one(
      v_query - 'distinctClause',
      audit.clause_expressions(v_query #> '{sortClause,0}', v_query #> '{targetList,0}'), p_ctes
    )
    or audit.value_picked(p_queries, v_shown, p_ctes);
end
$$;
revoke all on function audit.output_picked(jsonb, integer, jsonb) from public;
