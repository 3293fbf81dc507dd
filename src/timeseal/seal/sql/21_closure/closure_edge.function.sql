-- purpose: what one catalogue object is made of; a type, operator class or policy counts like a table
-- grain: one row per object referred to; any scope but 'read' follows stored rows to the view defining them
-- reads: system catalogues, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.closure_edge(p_classid oid, p_objid oid, p_scope text)
returns table (classid oid, objid oid)
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  -- views are their rule; a materialised view's rule belongs to the build only
  select d.refclassid, d.refobjid
  from pg_rewrite as r
  join pg_class as c on c.oid = r.ev_class
  join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
  where p_classid = 'pg_class'::regclass and r.ev_class = p_objid and r.rulename = '_RETURN'
    and not (d.refclassid = 'pg_class'::regclass and d.refobjid = p_objid)
    and (p_scope <> 'read' or c.relkind <> 'm')
  union
  -- everything else says itself what it needs; the owning table of a policy or trigger is no news
  select d.refclassid, d.refobjid
  from pg_depend as d
  where d.classid = p_classid and d.objid = p_objid
    and (
      p_classid <> 'pg_class'::regclass
      or d.refclassid in ('pg_type'::regclass, 'pg_collation'::regclass, 'pg_foreign_server'::regclass, 'pg_opclass'::regclass)
    )
    and d.refclassid not in (
      'pg_namespace'::regclass, 'pg_extension'::regclass, 'pg_language'::regclass, 'pg_am'::regclass
    )
    and not (
      p_classid in ('pg_policy'::regclass, 'pg_trigger'::regclass, 'pg_constraint'::regclass)
      and d.deptype in ('a', 'i', 'P', 'S')
    )
  union
  select 'pg_class'::regclass, h.inhrelid
  from pg_inherits as h
  where p_classid = 'pg_class'::regclass and h.inhparent = p_objid
  union
  select 'pg_policy'::regclass, p.oid
  from pg_policy as p
  where p_classid = 'pg_class'::regclass and p.polrelid = p_objid
  union
  select 'pg_trigger'::regclass, t.oid
  from pg_trigger as t
  where p_classid = 'pg_class'::regclass and t.tgrelid = p_objid and not t.tgisinternal
    and p_scope <> 'read'
  union
  -- what counts the writes that reach a table through its parents
  select 'pg_trigger'::regclass, t.oid
  from audit.table_ancestors(case when p_classid = 'pg_class'::regclass and p_scope <> 'read' then p_objid end) as a
  join pg_trigger as t on t.tgrelid = a.relid
  join pg_proc as f on f.oid = t.tgfoid and f.proname = 'bump_stamp' and f.pronamespace = 'audit'::regnamespace
  union
  -- a generated column computes what a reader sees; a plain default does not
  select d.refclassid, d.refobjid
  from pg_attribute as a
  join pg_attrdef as f on f.adrelid = a.attrelid and f.adnum = a.attnum
  join pg_depend as d on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid
  where p_classid = 'pg_class'::regclass and a.attrelid = p_objid and a.attgenerated <> ''
    and not (d.refclassid = 'pg_class'::regclass and d.refobjid = p_objid)
  union
  select 'pg_class'::regclass, m.source
  from audit.materialisation as m
  where p_classid = 'pg_class'::regclass and m.stored = p_objid and p_scope <> 'read'
  union
  select 'pg_type'::regclass, t.typelem
  from pg_type as t
  where p_classid = 'pg_type'::regclass and t.oid = p_objid and t.typelem >= 12000
  union
  -- a composite depends on its fields through a relation of its own
  select 'pg_type'::regclass, a.atttypid
  from pg_type as t
  join pg_attribute as a on a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped and a.atttypid >= 12000
  where p_classid = 'pg_type'::regclass and t.oid = p_objid and t.typtype = 'c'
  union
  select 'pg_constraint'::regclass, k.oid
  from pg_constraint as k
  where p_classid = 'pg_type'::regclass and k.contypid = p_objid
  union
  select o.classid, o.objid
  from audit.operator_edge(p_classid, p_objid) as o
  where p_classid in ('pg_class'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass, 'pg_opfamily'::regclass);
end
$$;
revoke all on function audit.closure_edge(oid, oid, text) from public;
