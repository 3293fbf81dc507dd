-- purpose: what may run where no dependency says so: other operators in an operator's place, what sorts, hashes and indexes call
-- grain: one row per operator class, family, operator or function referred to; the server's own are left out
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.operator_edge(p_classid oid, p_objid oid)
returns table (classid oid, objid oid)
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  -- the planner turns NOT into the negator, and swaps arguments with the commutator
  select p_classid, x.operator
  from pg_operator as o
  cross join lateral (values (o.oprnegate), (o.oprcom)) as x (operator)
  where p_classid = 'pg_operator'::regclass and o.oid = p_objid and x.operator >= 16384
  union
  -- a sort, group or join names an operator and runs what its family keeps for it; 403 is btree, 405 hash
  select 'pg_opfamily'::regclass, m.amopfamily
  from pg_amop as m
  where p_classid = 'pg_operator'::regclass and m.amopopr = p_objid and m.amopmethod in (403, 405)
  union
  select 'pg_operator'::regclass, m.amopopr
  from pg_amop as m
  where p_classid = 'pg_opfamily'::regclass and m.amopfamily = p_objid and m.amopopr >= 16384
  union
  select 'pg_opfamily'::regclass, m.amopsortfamily
  from pg_amop as m
  where p_classid = 'pg_opfamily'::regclass and m.amopfamily = p_objid and m.amopsortfamily >= 16384
  union
  select 'pg_proc'::regclass, f.amproc
  from pg_amproc as f
  where p_classid = 'pg_opfamily'::regclass and f.amprocfamily = p_objid and f.amproc >= 16384
  union
  -- rows, arrays, ranges and GREATEST compare their parts by the type's default class; a class that somebody gave
  -- a type of the server is not told by any type, so it belongs to every relation
  select 'pg_opclass'::regclass, k.oid
  from pg_opclass as k
  where k.opcdefault and k.opcmethod in (403, 405) and k.oid >= 16384
    and (
      p_classid = 'pg_type'::regclass and k.opcintype = p_objid
      or p_classid = 'pg_class'::regclass and k.opcintype < 16384
    )
  union
  select 'pg_opclass'::regclass, k.oid
  from pg_index as i
  cross join lateral unnest(i.indclass::oid[]) as k (oid)
  where p_classid = 'pg_class'::regclass and i.indrelid = p_objid and k.oid >= 16384;
end
$$;
revoke all on function audit.operator_edge(oid, oid) from public;
