-- purpose: order gate: whether an expression's value was picked among several that are equal but may be written differently
-- grain: one expression of the first of p_queries, which the others enclose; what cannot be followed counts as picked
-- reads: system catalogues, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.value_picked(p_queries jsonb, p_node jsonb, p_ctes jsonb) returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tag text := p_node ->> '_';
  v_window jsonb;
begin
  if jsonb_typeof(p_node) = 'object' and audit.loose_value(p_node) is null then
    return false;
  elsif v_tag = 'VAR' then
    return audit.column_picked(
      jsonb_path_query_array(p_queries, '$[$n to last]', jsonb_build_object('n', (p_node #>> '{varlevelsup,0}')::integer)),
      p_node, p_ctes
    );
  elsif v_tag = 'SUBLINK' then
    return audit.output_picked(jsonb_build_array(p_node #> '{subselect,0}') || p_queries, 1, p_ctes);
  elsif v_tag in ('AGGREF', 'WINDOWFUNC') and audit.call_picks(p_node) is not null then
    return true;
  elsif v_tag = 'WINDOWFUNC' and p_node #>> '{winagg,0}' = 'false' then
    select w.clause into v_window
    from jsonb_array_elements(p_queries #> '{0,windowClause,0}') as w (clause)
    where w.clause #>> '{winref,0}' = p_node #>> '{winref,0}';
    if not audit.picks_one(
      (p_queries -> 0) - 'distinctClause',
      audit.clause_expressions(v_window #> '{partitionClause,0}', p_queries #> '{0,targetList,0}')
        || audit.clause_expressions(v_window #> '{orderClause,0}', p_queries #> '{0,targetList,0}'), p_ctes
    ) then
      return true;
    end if;
  elsif v_tag = 'AGGREF' and jsonb_typeof(p_node #> '{aggorder,0}') = 'array'
    and not 'rows' = any (audit.known_columns(
      p_queries -> 0,
      audit.clause_expressions(p_node #> '{aggorder,0}', p_node #> '{args,0}')
        || audit.clause_expressions(p_queries #> '{0,groupClause,0}', p_queries #> '{0,targetList,0}'), p_ctes
    )) then
    return true;
  end if;
  return exists (
    select 1
    from jsonb_path_query(p_node, case jsonb_typeof(p_node) when 'object' then '$.*[*]'::jsonpath else '$[*]' end) as c (child)
    where jsonb_typeof(c.child) in ('object', 'array') and audit.value_picked(p_queries, c.child, p_ctes)
  );
end
$$;
revoke all on function audit.value_picked(jsonb, jsonb, jsonb) from public;
