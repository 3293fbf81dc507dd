-- purpose: a cheap digest that changes with any DDL on the closure, where no event trigger can watch
-- grain: one entrypoint
-- reads: row versions of system catalogues, audit.entrypoint, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.catalog_stamp(p_entrypoint oid) returns text
language sql
stable strict
set search_path = pg_catalog, pg_temp
as $$
  with part as (
    select w.classid, w.objid from audit.closure_walk(p_entrypoint, 'build') as w
    union
    select 'pg_class'::regclass, e.guarded_relid from audit.entrypoint as e where e.relid = p_entrypoint
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
    select p.classid, p.objid, 0, x.xmin::text
    from part as p
    join pg_trigger as x on p.classid = 'pg_trigger'::regclass and x.oid = p.objid
    union all
    select p.classid, p.objid, 0, x.xmin::text
    from part as p
    join pg_policy as x on p.classid = 'pg_policy'::regclass and x.oid = p.objid
    union all
    select p.classid, p.objid, 0, x.xmin::text
    from part as p
    join pg_constraint as x on p.classid = 'pg_constraint'::regclass and x.oid = p.objid
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
revoke all on function audit.catalog_stamp(oid) from public;
