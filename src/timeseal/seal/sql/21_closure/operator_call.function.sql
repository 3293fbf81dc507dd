-- purpose: the functions that an operator or operator family runs although no expression calls them
-- grain: one row per function; those in C are left out, since only a superuser makes them
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.operator_call(p_classid oid, p_objid oid) returns table (funcid oid)
language sql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select f.oid
  from (
    select o.oprcode::oid
    from pg_operator as o
    where p_classid = 'pg_operator'::regclass and o.oid = p_objid
    union
    select m.amproc::oid
    from pg_amproc as m
    where p_classid = 'pg_opfamily'::regclass and m.amprocfamily = p_objid
      and (m.amprocfamily >= 16384 or m.amproc >= 16384)
  ) as x (funcid)
  join pg_proc as f on f.oid = x.funcid
  join pg_language as l on l.oid = f.prolang
  where l.lanname <> 'c'
$$;
revoke all on function audit.operator_call(oid, oid) from public;
