-- purpose: a cheap digest over the row versions of given catalogue objects, for guards without an event trigger
-- grain: one list of objects
-- reads: row versions of system catalogues, rights on schemas
-- writes: nothing
-- time: none
create or replace function audit.catalog_stamp_of(p_classids oid[], p_objids oid[]) returns text
language sql
stable strict
set search_path = pg_catalog, pg_temp
as $$
  with part as materialized (
    select p.classid, p.objid from unnest(p_classids, p_objids) as p (classid, objid)
  ),
  version as (
    select p.classid, p.objid, 0 as sub, x.xmin::text as xmin
    from part as p
    join pg_class as x on p.classid = 'pg_class'::regclass and x.oid = p.objid
    union all
    select p.classid, p.objid, x.attnum, x.xmin::text
    from part as p
    join pg_attribute as x on p.classid = 'pg_class'::regclass and x.attrelid = p.objid and x.attnum > 0
    union all
    select 'pg_rewrite'::regclass, x.oid, 0, x.xmin::text
    from part as p
    join pg_rewrite as x on p.classid = 'pg_class'::regclass and x.ev_class = p.objid
    union all
    select p.classid, p.objid, 0, x.xmin::text
    from part as p
    join pg_proc as x on p.classid = 'pg_proc'::regclass and x.oid = p.objid
    union all
    select p.classid, p.objid, 0, x.xmin::text
    from part as p
    join pg_type as x on p.classid = 'pg_type'::regclass and x.oid = p.objid
    union all
    select 'pg_enum'::regclass, x.oid, 0, x.xmin::text
    from part as p
    join pg_enum as x on p.classid = 'pg_type'::regclass and x.enumtypid = p.objid
    union all
    select p.classid, p.objid, 0, x.xmin::text
    from part as p
    join pg_operator as x on p.classid = 'pg_operator'::regclass and x.oid = p.objid
    union all
    -- by their table: a new one is news although no listed object changed
    select 'pg_trigger'::regclass, x.oid, 0, x.xmin::text
    from part as p
    join pg_trigger as x on p.classid = 'pg_class'::regclass and x.tgrelid = p.objid and not x.tgisinternal
    union all
    select 'pg_policy'::regclass, x.oid, 0, x.xmin::text
    from part as p
    join pg_policy as x on p.classid = 'pg_class'::regclass and x.polrelid = p.objid
    union all
    select 'pg_inherits'::regclass, x.inhrelid, 0, x.xmin::text
    from part as p
    join pg_inherits as x on p.classid = 'pg_class'::regclass and x.inhparent = p.objid
    union all
    select 'pg_constraint'::regclass, x.oid, 0, x.xmin::text
    from part as p
    join pg_constraint as x on p.classid = 'pg_type'::regclass and x.contypid = p.objid
    union all
    select p.classid, p.objid, 0, x.xmin::text
    from part as p
    join pg_trigger as x on p.classid = 'pg_trigger'::regclass and x.oid = p.objid
    union all
    -- by its rights: sealing a neighbour lends and takes back one of them
    select distinct 'pg_namespace'::regclass, x.oid, 0, audit.acl_text(x.nspacl, 'n', x.nspowner)
    from part as p
    join pg_class as c on p.classid = 'pg_class'::regclass and c.oid = p.objid
    join pg_namespace as x on x.oid = c.relnamespace
    union all
    select p.classid, p.objid, 0, x.xmin::text
    from part as p
    join pg_opclass as x on p.classid = 'pg_opclass'::regclass and x.oid = p.objid
    union all
    select p.classid, p.objid, 0, x.xmin::text
    from part as p
    join pg_opfamily as x on p.classid = 'pg_opfamily'::regclass and x.oid = p.objid
    union all
    select 'pg_amop'::regclass, x.oid, 0, x.xmin::text
    from part as p
    join pg_amop as x on p.classid = 'pg_opfamily'::regclass and x.amopfamily = p.objid
    union all
    select 'pg_amop'::regclass, x.oid, 0, x.xmin::text
    from part as p
    join pg_amop as x on p.classid = 'pg_operator'::regclass and x.amopopr = p.objid
    union all
    select 'pg_amproc'::regclass, x.oid, 0, x.xmin::text
    from part as p
    join pg_amproc as x on p.classid = 'pg_opfamily'::regclass and x.amprocfamily = p.objid
    union all
    -- classes of one's own that come to a type or an index, which say nothing of them
    select 'pg_opclass'::regclass, x.oid, 0, x.xmin::text
    from pg_opclass as x
    where x.oid >= 16384 and x.opcdefault and x.opcmethod in (403, 405) and (
      x.opcintype < 16384
      or exists (select 1 from part as p where p.classid = 'pg_type'::regclass and p.objid = x.opcintype)
    )
    union all
    select 'pg_index'::regclass, x.indexrelid, 0, x.xmin::text
    from part as p
    join pg_index as x on p.classid = 'pg_class'::regclass and x.indrelid = p.objid
    where 16384 <= any (x.indclass::oid[])
    union all
    select p.classid, p.objid, 0, x.xmin::text
    from part as p
    join pg_collation as x on p.classid = 'pg_collation'::regclass and x.oid = p.objid
  )
  select encode(
    sha256(convert_to(
      string_agg(
        concat_ws(':', v.classid, v.objid, v.sub, v.xmin), ' ' order by v.classid, v.objid, v.sub
      ),
      'UTF8'
    )),
    'hex'
  )
  from version as v
$$;
revoke all on function audit.catalog_stamp_of(oid[], oid[]) from public;
