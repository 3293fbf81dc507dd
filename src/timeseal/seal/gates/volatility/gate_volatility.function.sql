-- purpose: gate: nothing in the closure, and in the invariants, may depend on clock, session, chance or physical place
-- grain: one finding per offending expression, in the object that holds it
-- reads: stored trees of what the definition is made of, audit.allowed_function
-- writes: nothing
-- time: timestamptz ± interval only with a constant of zero days and months
create or replace function audit.gate_volatility(p_entrypoint text) returns setof audit.finding
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  with node as materialized (
    select t.classid, t.objid, t.fqn, w.tag, w.node
    from audit.entrypoint_row(p_entrypoint) as e
    cross join lateral audit.closure_tree(e.relid, 'definition') as t
    cross join lateral audit.tree_walk(t.tree) as w
  ),
  verdict as (
    select
      n.fqn,
      audit.object_fqn('pg_proc'::regclass, c.funcid) as subject,
      audit.call_verdict(c.funcid, n.node) as reason,
      'only IMMUTABLE functions whose body is stored as a tree; timestamptz ± a constant interval of hours'
        as expected,
      'compute on timestamps at UTC ((x at time zone ''UTC'')), or write the function as RETURN …; '
        'a function that a person inspected goes to audit.allowed_function' as hint
    from node as n
    cross join lateral audit.node_call(n.node) as c
    union all
    -- no expression calls these: the planner puts them in the place of others, sorts and indexes run them
    select
      audit.object_fqn(w.classid, w.objid), audit.object_fqn('pg_proc'::regclass, c.funcid),
      audit.call_verdict(c.funcid, '{}'), 'only IMMUTABLE functions whose body is stored as a tree',
      'write the function as RETURN …; one that a person inspected goes to audit.allowed_function'
    from audit.entrypoint_row(p_entrypoint) as e
    cross join lateral audit.closure_walk(e.relid, 'definition') as w
    cross join lateral audit.operator_call(w.classid, w.objid) as c
    where w.classid in ('pg_operator'::regclass, 'pg_opfamily'::regclass)
    union all
    select
      n.fqn, lower(n.tag), 'a value of clock, session, chance or physical place, or an unknown construct',
      'only constructs that the gate understands', 'pass the value in as a column, or leave it out'
    from node as n
    where not n.tag = any (audit.known_node_tags())
    union all
    select
      n.fqn, 'cast without a known source type', 'a cast through text that cannot be judged',
      'a cast whose function is IMMUTABLE', 'cast step by step, naming each type'
    from node as n
    where n.tag = 'COERCEVIAIO' and audit.node_type(n.node #> '{arg,0}') is null
    union all
    select
      n.fqn, 'system column ' || (n.node #>> '{varattno,0}'), 'a physical property of the row',
      'declared columns only', 'leave out ctid, xmin, cmin, tableoid and their like'
    from node as n
    where n.tag = 'VAR' and (n.node #>> '{varattno,0}')::integer < 0
    union all
    select
      n.fqn, 'function that reads a relation', 'a function body with a FROM clause over a relation',
      'functions of their arguments only', 'join the relation in the view that calls the function'
    from node as n
    where n.classid = 'pg_proc'::regclass and n.tag = 'RANGETBLENTRY' and n.node #>> '{rtekind,0}' = '0'
      and not exists (select 1 from audit.allowed_function as a where a.funcid = n.objid)
    union all
    -- the tree names it; no dependency does, so that no closure, stamp or digest would
    select
      n.fqn, audit.object_fqn('pg_class'::regclass, c.oid),
      'a relation of the server itself, whose changes no version counts',
      'relations of your own', 'store what it says in a table, and join that'
    from node as n
    join pg_class as c on c.oid = (n.node #>> '{relid,0}')::oid
    where n.tag = 'RANGETBLENTRY' and n.objid >= 16384
      and (c.oid < 16384 or c.relkind = 't' or c.relnamespace = 'pg_catalog'::regnamespace)
  )
  select distinct
    'volatility', 'blocking', v.fqn, v.subject, v.expected, v.reason, v.hint
  from verdict as v
  where v.reason is not null
$$;
revoke all on function audit.gate_volatility(text) from public;
