-- purpose: what may run where no dependency says so: other operators in an operator's place, what sorts, hashes and indexes call
-- grain: one row per operator class, family, operator or function that one of the given objects refers to; the server's own are left out
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.operator_edge(p_classids oid[], p_objids oid[])
returns table (classid oid, objid oid)
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  with o as materialized (
    select g.classid, g.objid
    from unnest(p_classids, p_objids) as g (classid, objid)
    where g.classid in ('pg_class'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass, 'pg_opfamily'::regclass)
  )
  -- the planner turns NOT into the negator, and swaps arguments with the commutator
  select o.classid, x.operator
  from o
  join pg_operator as p on o.classid = 'pg_operator'::regclass and p.oid = o.objid
  cross join lateral (values (p.oprnegate), (p.oprcom)) as x (operator)
  where x.operator >= 16384
  union
  -- a sort, group or join names an operator and runs what its family keeps for it; 403 is btree, 405 hash
  select 'pg_opfamily'::regclass, m.amopfamily
  from o
  join pg_amop as m on o.classid = 'pg_operator'::regclass and m.amopopr = o.objid and m.amopmethod in (403, 405)
  union
  select x.classid, x.objid
  from o
  join pg_amop as m on o.classid = 'pg_opfamily'::regclass and m.amopfamily = o.objid
  cross join lateral (
    values ('pg_operator'::regclass::oid, m.amopopr), ('pg_opfamily'::regclass::oid, m.amopsortfamily)
  ) as x (classid, objid)
  where x.objid >= 16384
  union
  select 'pg_proc'::regclass, f.amproc
  from o
  join pg_amproc as f on o.classid = 'pg_opfamily'::regclass and f.amprocfamily = o.objid and f.amproc >= 16384
  union
  -- rows, arrays, ranges and GREATEST compare their parts by the type's default class; a class that somebody gave
  -- a type of the server is not told by any type, so it belongs to every relation
  select 'pg_opclass'::regclass, k.oid
  from pg_opclass as k
  join o on o.classid = 'pg_type'::regclass and k.opcintype = o.objid
    or o.classid = 'pg_class'::regclass and k.opcintype < 16384
  where k.opcdefault and k.opcmethod in (403, 405) and k.oid >= 16384
  union
  select 'pg_opclass'::regclass, k.oid
  from o
  join pg_index as i on o.classid = 'pg_class'::regclass and i.indrelid = o.objid
  cross join lateral unnest(i.indclass::oid[]) as k (oid)
  where k.oid >= 16384;
end
$$;
revoke all on function audit.operator_edge(oid[], oid[]) from public;
