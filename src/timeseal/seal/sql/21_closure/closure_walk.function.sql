-- purpose: everything that a relation depends on, breadth first, stopping at other stores' guards
-- grain: one row per object; depth 0 is the relation itself; scope 'definition' walks from its invariants too
-- reads: system catalogues, audit.entrypoint, audit.materialisation, audit.store_invariant
-- writes: nothing
-- time: none
create or replace function audit.closure_walk(p_relation oid, p_scope text)
returns table (classid oid, objid oid, kind text, depth integer)
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
declare
  v_classids oid[] := array['pg_class'::regclass::oid];
  v_objids oid[] := array[p_relation];
  v_kinds text[] := array[replace(audit.closure_kind('pg_class'::regclass, p_relation), 'guard', 'view')];
  v_depths integer[] := array[0];
  v_from integer := 1;
  v_to integer;
  v_depth integer := 0;
begin
  if p_scope = 'definition' then
    -- what judges the rows is no part of them, and decides all the same what is certified
    v_objids := v_objids || array(
      select distinct c.oid
      from audit.entrypoint as e
      join audit.store_invariant as i on i.entrypoint = e.entrypoint
      join pg_class as c on c.oid = i.relid and c.oid <> p_relation
      where e.relid = p_relation
      order by c.oid
    );
    v_classids := array_fill('pg_class'::regclass::oid, array[cardinality(v_objids)]);
    v_kinds := v_kinds || array(
      select audit.closure_kind('pg_class'::regclass, o.objid)
      from unnest(v_objids[2:]) with ordinality as o (objid, n)
      order by o.n
    );
    v_depths := array_fill(0, array[cardinality(v_objids)]);
  end if;
  v_to := cardinality(v_objids);
  -- an oid is unique per catalogue only: every comparison carries the classid
  while v_from <= v_to loop
    v_depth := v_depth + 1;
    select
      v_classids || coalesce(array_agg(n.classid order by n.classid, n.objid), '{}'),
      v_objids || coalesce(array_agg(n.objid order by n.classid, n.objid), '{}'),
      v_kinds || coalesce(array_agg(n.kind order by n.classid, n.objid), '{}'),
      v_depths || coalesce(array_agg(v_depth order by n.classid, n.objid), '{}')
    into v_classids, v_objids, v_kinds, v_depths
    from (
      select e.classid, e.objid, audit.closure_kind(e.classid, e.objid) as kind
      from (
        select array_agg(v_classids[g.i]) as classids, array_agg(v_objids[g.i]) as objids
        from generate_series(v_from, v_to) as g (i)
        where v_kinds[g.i] <> 'guard'
      ) as f
      cross join lateral audit.closure_edge(f.classids, f.objids, p_scope) as e
      where not exists (
        select 1
        from unnest(v_classids, v_objids) as s (classid, objid)
        where s.classid = e.classid and s.objid = e.objid
      )
    ) as n;
    v_from := v_to + 1;
    v_to := cardinality(v_objids);
  end loop;
  return query
    select s.classid, s.objid, s.kind, s.depth
    from unnest(v_classids, v_objids, v_kinds, v_depths) as s (classid, objid, kind, depth);
end
$$;
revoke all on function audit.closure_walk(oid, text) from public;
