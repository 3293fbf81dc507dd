-- purpose: which object of a build closure reads which column; t.* and row(t) read them all
-- grain: one row per reader, relation and column; column_name null = the relation, no column of it
-- reads: system catalogues, stored trees of the build closure
-- writes: nothing
-- time: none
create or replace function audit.column_read(p_entrypoint oid)
returns table (reader_classid oid, reader oid, reader_fqn text, relid oid, column_name text)
language sql
stable strict
set search_path = pg_catalog, pg_temp
as $$
  with part as materialized (
    select b.classid, b.objid, b.fqn, b.kind
    from audit.build_closure(p_entrypoint) as b
    where b.kind <> 'guard'
  ),
  recorded as (
    select p.classid, p.objid, p.fqn, d.refobjid as relid, d.refobjsubid as attnum
    from part as p
    join pg_rewrite as r on p.classid = 'pg_class'::regclass and r.ev_class = p.objid and r.rulename = '_RETURN'
    join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
    where d.refclassid = 'pg_class'::regclass and d.refobjid <> p.objid
    union all
    select p.classid, p.objid, p.fqn, d.refobjid, d.refobjsubid
    from part as p
    join pg_depend as d on d.classid = p.classid and d.objid = p.objid
    where p.classid in ('pg_proc'::regclass, 'pg_policy'::regclass) and d.refclassid = 'pg_class'::regclass
    union all
    -- a generated column reads its table for whoever reads it
    select p.classid, p.objid, p.fqn, d.refobjid, d.refobjsubid
    from part as p
    join pg_attribute as a on p.classid = 'pg_class'::regclass and a.attrelid = p.objid and a.attgenerated <> ''
    join pg_attrdef as f on f.adrelid = a.attrelid and f.adnum = a.attnum
    join pg_depend as d on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid
    where d.refclassid = 'pg_class'::regclass and d.refobjsubid <> a.attnum
  ),
  -- the permission bits say what the dependencies do not: bit 7 is the whole row (only trees that
  -- show it are parsed: a name cannot look like this, its spaces carry backslashes)
  permitted as (
    select t.classid, t.objid, t.fqn, (w.node #>> '{relid,0}')::oid as relid, b.bit::integer - 7 as attnum
    from audit.closure_text(p_entrypoint, 'build') as t
    cross join lateral audit.tree_walk(audit.tree_of(t.tree)) as w
    cross join lateral jsonb_array_elements_text(
      case when jsonb_typeof(w.node #> '{selectedCols,0}') = 'array' then w.node #> '{selectedCols,0}' else '[]' end
    ) as b (bit)
    where t.tree ~ ':selectedCols \(b (-?[0-9]+ )*7[ )]' and w.node ? 'selectedCols' and w.node ? 'relid'
  )
  select u.classid, u.objid, u.fqn, u.relid, a.attname::text
  from (
    select r.classid, r.objid, r.fqn, r.relid, r.attnum, r.attnum = 0 as bare from recorded as r
    union
    select p.classid, p.objid, p.fqn, p.relid, p.attnum, false from permitted as p
  ) as u
  left join pg_attribute as a on a.attrelid = u.relid and not a.attisdropped and not u.bare
    and (a.attnum = u.attnum or u.attnum = 0 and a.attnum > 0)
  group by u.classid, u.objid, u.fqn, u.relid, a.attname
$$;
revoke all on function audit.column_read(oid) from public;
