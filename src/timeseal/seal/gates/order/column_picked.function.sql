-- purpose: order gate: whether a column of a FROM item holds a value that was picked among equal ones
-- grain: one variable; p_queries starts with the query it belongs to and is empty where that is unknown
-- reads: system catalogues, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.column_picked(p_queries jsonb, p_node jsonb, p_ctes jsonb) returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_query jsonb := p_queries -> 0;
  v_item jsonb := v_query #> array['rtable', '0', ((p_node #>> '{varno,0}')::integer - 1)::text];
  v_attribute integer := (p_node #>> '{varattno,0}')::integer;
  v_kind text := v_item #>> '{rtekind,0}';
  v_relation oid := (v_item #>> '{relid,0}')::oid;
  v_source oid;
  v_tree jsonb;
begin
  -- 9 is the group itself; older servers show the grouped expression
  if v_item is null or v_kind = '9' or v_attribute <= 0 and v_kind <> '0'
    or audit.bare_node(p_node) in (
      select audit.bare_node(e.node)
      from jsonb_array_elements(
        audit.clause_expressions(v_query #> '{groupClause,0}', v_query #> '{targetList,0}')
      ) as e (node)
    ) then
    return true;
  elsif v_kind = '2' then
    return audit.value_picked(p_queries, v_item #> array['joinaliasvars', '0', (v_attribute - 1)::text], p_ctes);
  elsif v_kind = '1' then
    return audit.output_picked(jsonb_build_array(v_item #> '{subquery,0}') || p_queries, v_attribute, p_ctes);
  elsif v_kind = '6' then
    return not p_ctes ? (v_item #>> '{ctename,0}')
      or audit.output_picked(jsonb_build_array(p_ctes -> (v_item #>> '{ctename,0}')), v_attribute, p_ctes);
  elsif v_kind <> '0' then
    return audit.value_picked(p_queries, jsonb_build_array(v_item -> 'functions', v_item -> 'values_lists'), p_ctes);
  end if;
  select m.source into v_source
  from audit.materialisation as m
  where v_relation in (m.stored, m.published);
  select audit.node_tree(r.ev_action::text) into v_tree
  from pg_rewrite as r
  where r.ev_class = coalesce(v_source, v_relation) and r.rulename = '_RETURN';
  if v_tree is null then
    return false;
  end if;
  return v_attribute <= 0 or coalesce((
    select audit.output_picked(jsonb_build_array(v_tree -> 0), s.attnum, audit.tree_ctes(v_tree))
    from pg_attribute as a
    join pg_attribute as s on s.attrelid = coalesce(v_source, v_relation) and s.attname = a.attname
    where a.attrelid = v_relation and a.attnum = v_attribute
  ), true);
end
$$;
revoke all on function audit.column_picked(jsonb, jsonb, jsonb) from public;
