-- purpose: what catalogue objects are made of; a type, operator class or policy counts like a table
-- grain: one row per object that one of the given ones refers to; any scope but 'read' follows stored rows to the view defining them
-- reads: system catalogues, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.closure_edge(p_classids oid[], p_objids oid[], p_scope text)
returns table (classid oid, objid oid)
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  with o as materialized (
    select g.classid, g.objid from unnest(p_classids, p_objids) as g (classid, objid)
  ),
  relation as materialized (
    select o.objid from o where o.classid = 'pg_class'::regclass
  ),
  type as materialized (
    select t.oid, t.typelem, t.typtype, t.typrelid
    from o
    join pg_type as t on o.classid = 'pg_type'::regclass and t.oid = o.objid
  )
  -- views are their rule; a materialised view's rule belongs to the build only
  select d.refclassid, d.refobjid
  from relation as n
  join pg_rewrite as r on r.ev_class = n.objid and r.rulename = '_RETURN'
  join pg_class as c on c.oid = r.ev_class
  join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
  where not (d.refclassid = 'pg_class'::regclass and d.refobjid = n.objid)
    and (p_scope <> 'read' or c.relkind <> 'm')
  union
  -- everything else says itself what it needs; the owning table of a policy or trigger is no news
  select d.refclassid, d.refobjid
  from o
  join pg_depend as d on d.classid = o.classid and d.objid = o.objid
  where (
      o.classid <> 'pg_class'::regclass
      or d.refclassid in ('pg_type'::regclass, 'pg_collation'::regclass, 'pg_foreign_server'::regclass, 'pg_opclass'::regclass)
    )
    and d.refclassid not in (
      'pg_namespace'::regclass, 'pg_extension'::regclass, 'pg_language'::regclass, 'pg_am'::regclass
    )
    and not (
      o.classid in ('pg_policy'::regclass, 'pg_trigger'::regclass, 'pg_constraint'::regclass)
      and d.deptype in ('a', 'i', 'P', 'S')
    )
  union
  select 'pg_class'::regclass, h.inhrelid
  from relation as n
  join pg_inherits as h on h.inhparent = n.objid
  union
  select 'pg_policy'::regclass, p.oid
  from relation as n
  join pg_policy as p on p.polrelid = n.objid
  union
  select 'pg_trigger'::regclass, t.oid
  from relation as n
  join pg_trigger as t on t.tgrelid = n.objid and not t.tgisinternal
  where p_scope <> 'read'
  union
  -- what counts the writes that reach a table through its parents
  select 'pg_trigger'::regclass, t.oid
  from (select distinct h.inhrelid from relation as n join pg_inherits as h on h.inhrelid = n.objid) as i
  cross join lateral audit.table_ancestors(i.inhrelid) as a
  join pg_trigger as t on t.tgrelid = a.relid
  join pg_proc as f on f.oid = t.tgfoid and f.proname = 'bump_stamp' and f.pronamespace = 'audit'::regnamespace
  where p_scope <> 'read'
  union
  -- a generated column computes what a reader sees; a plain default does not
  select d.refclassid, d.refobjid
  from relation as n
  join pg_attrdef as f on f.adrelid = n.objid
  join pg_attribute as a on a.attrelid = f.adrelid and a.attnum = f.adnum and a.attgenerated <> ''
  join pg_depend as d on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid
  where not (d.refclassid = 'pg_class'::regclass and d.refobjid = n.objid)
  union
  select 'pg_class'::regclass, m.source
  from relation as n
  join audit.materialisation as m on m.stored = n.objid
  where p_scope <> 'read'
  union
  select 'pg_type'::regclass, t.typelem
  from type as t
  where t.typelem >= 12000
  union
  -- a composite depends on its fields through a relation of its own
  select 'pg_type'::regclass, a.atttypid
  from type as t
  join pg_attribute as a on a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped and a.atttypid >= 12000
  where t.typtype = 'c'
  union
  select 'pg_constraint'::regclass, k.oid
  from type as t
  join pg_constraint as k on k.contypid = t.oid
  union
  select e.classid, e.objid
  from audit.operator_edge(p_classids, p_objids) as e;
end
$$;
revoke all on function audit.closure_edge(oid[], oid[], text) from public;
