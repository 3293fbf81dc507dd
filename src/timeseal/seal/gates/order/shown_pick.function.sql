-- purpose: order gate: picks among equal values that the fingerprint tells apart: groups, DISTINCT, UNION, and calls such as max
-- grain: one row per pick of one QUERY, AGGREF or WINDOWFUNC node: the node's name and the type
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.shown_pick(p_node jsonb) returns table (subject text, typ text)
language sql
stable strict
set search_path = pg_catalog, pg_temp
as $$
  with target as (
    select t.entry #> '{expr,0}' as node
    from jsonb_array_elements(
      case when p_node ->> '_' = 'QUERY' and jsonb_typeof(p_node #> '{targetList,0}') = 'array'
        then p_node #> '{targetList,0}' else '[]' end
    ) as t (entry)
    where t.entry #>> '{resjunk,0}' = 'false'
  )
  select audit.object_fqn('pg_proc'::regclass, coalesce(p_node #>> '{aggfnoid,0}', p_node #>> '{winfnoid,0}')::oid),
    format_type(audit.node_type(p_node), null)
  where p_node ->> '_' in ('AGGREF', 'WINDOWFUNC') and audit.call_picks(p_node) = 'shown'
  union all
  select 'DISTINCT or UNION', format_type(audit.node_type(t.node), null)
  from target as t
  where audit.merges_equals(p_node) and audit.loose_value(t.node) = 'shown'
  union all
  select 'GROUP BY', format_type(audit.node_type(g.node), null)
  from jsonb_array_elements(
    audit.clause_expressions(p_node #> '{groupClause,0}', p_node #> '{targetList,0}')
  ) as g (node)
  where p_node ->> '_' = 'QUERY' and audit.loose_value(g.node) = 'shown'
    -- a group whose key nobody sees is the same group whatever its key is written like
    and exists (
      select 1
      from (
        select t.node from target as t
        union all
        select p_node #> '{havingQual,0}' where jsonb_typeof(p_node #> '{havingQual,0}') = 'object'
      ) as s
      where strpos(audit.bare_node(s.node), audit.bare_node(g.node)) > 0
    )
$$;
revoke all on function audit.shown_pick(jsonb) from public;
