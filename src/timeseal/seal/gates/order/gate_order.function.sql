-- purpose: gate: no value depends on the order in which rows happen to arrive, nor on the machine's libm
-- grain: one finding per doubtful expression, in the object that holds it
-- reads: stored trees of the build closure, unique indexes, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.gate_order(p_entrypoint text) returns setof audit.finding
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_keys text := 'add the key of every relation in FROM to the ORDER BY; a unique index on not-null columns, '
    'GROUP BY or a declared store key proves it';
  v_alike text := 'make equal values identical first: numeric(p, s) or trim_scale(…) for numeric, round((…)::numeric, 6) '
    'for floats, extract(epoch from …) for intervals, collate "C" for text';
begin
  return query
  with tree as materialized (
    select row_number() over () as id, t.fqn, t.tree, audit.tree_ctes(t.tree) as ctes
    from audit.closure_tree(v_ep.relid, 'build') as t
  ),
  node as materialized (
    select t.id, t.fqn, t.ctes, w.path, w.query_path, w.rounded, w.tag, w.node
    from tree as t
    cross join lateral audit.tree_walk(t.tree) as w
    where w.tag in (
      'QUERY', 'AGGREF', 'WINDOWFUNC', 'FUNCEXPR', 'OPEXPR', 'SUBLINK', 'COERCEVIAIO', 'ARRAYCOERCEEXPR', 'XMLEXPR',
      'JSONCONSTRUCTOREXPR'
    )
  ),
  -- few are told; what stands around them is gathered for these only
  told as materialized (
    select n.id, n.fqn, n.ctes, n.query_path, n.tag, n.node, a.arg
    from node as n
    cross join lateral audit.told_argument(n.node) as a
  ),
  offence as (
    select n.fqn, o.subject, 'an order without ties' as expected, o.found, v_keys as hint
    from node as n
    cross join lateral audit.order_of_query(n.node, n.ctes) as o
    where n.tag = 'QUERY'
    union all
    select n.fqn, audit.object_fqn('pg_proc'::regclass, coalesce(n.node #>> '{aggfnoid,0}', n.node #>> '{winfnoid,0}')::oid),
      'a value that no order of the rows changes', c.reason,
      case when c.reason like 'a sum of floats%'
        then 'sum integers or numerics (for instance micro-units as bigint) and divide once' else v_keys end
    from node as n
    left join node as q on q.id = n.id and q.tag = 'QUERY' and q.path = n.query_path
    cross join lateral (select audit.order_of_call(q.node, n.node, n.ctes) as reason) as c
    where n.tag in ('AGGREF', 'WINDOWFUNC') and c.reason is not null
    union all
    select n.fqn, 'ARRAY(subquery)', 'an order without ties', 'an order that may leave ties', v_keys
    from node as n
    cross join lateral (
      select
        n.node #> '{subselect,0}' as query,
        audit.clause_expressions(n.node #> '{subselect,0,sortClause,0}', n.node #> '{subselect,0,targetList,0}') as sorted
    ) as s
    where n.tag = 'SUBLINK' and n.node #>> '{subLinkType,0}' = '6'
      and not audit.picks_one(s.query, s.sorted, n.ctes)
      and not audit.outputs_fixed(s.query, s.query #> '{targetList,0}', s.sorted, n.ctes)
    union all
    select n.fqn, audit.object_fqn('pg_proc'::regclass, p.oid), 'round(numeric, scale) around it',
      'a float whose last digits depend on the machine', 'round((…)::numeric, 6)'
    from node as n
    cross join lateral audit.node_call(n.node) as c
    join pg_proc as p on p.oid = c.funcid
    where n.tag in ('FUNCEXPR', 'OPEXPR') and not n.rounded
      and p.prosrc ~ '^(dexp|dlog1|dlog10|dpow|dcbrt|d(a?(sin|cos|tan)h?|cot|atan2)d?|derfc?|dl?gamma)$'
    union all
    select n.fqn, s.subject, 'a value of its own for every order of the rows',
      format('one of several equal values of type %s, which are written differently', s.typ), v_alike
    from node as n
    cross join lateral audit.shown_pick(n.node) as s
    where n.tag in ('QUERY', 'AGGREF', 'WINDOWFUNC')
    union all
    select n.fqn, coalesce(c.name, 'a cast to text'), 'values that are written alike when they are equal',
      format('one of several equal values of type %s, told apart', format_type(audit.node_type(n.arg), null)), v_alike
    from told as n
    left join lateral (
      select audit.object_fqn('pg_proc'::regclass, d.funcid) as name
      from audit.node_call(n.node) as d
      where n.tag <> 'COERCEVIAIO'
      order by d.funcid
      limit 1
    ) as c on true
    cross join lateral (
      select coalesce(jsonb_agg(q.node order by length(q.path) desc), '[]') as queries
      from node as q
      where q.id = n.id and q.tag = 'QUERY' and (q.path = n.query_path or starts_with(n.query_path, q.path || '/'))
    ) as o
    where audit.value_picked(o.queries, n.arg, n.ctes)
  )
  select distinct 'order'::text, 'blocking'::text, o.fqn, o.subject, o.expected, o.found, o.hint
  from offence as o;
end
$$;
revoke all on function audit.gate_order(text) from public;
