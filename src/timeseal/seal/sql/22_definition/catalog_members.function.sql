-- purpose: the catalogue objects whose row versions stand for the definition of an entrypoint
-- grain: one row of two parallel arrays
-- reads: system catalogues, what audit.closure_walk reads
-- writes: nothing
-- time: none
create or replace function audit.catalog_members(p_entrypoint oid, out classids oid[], out objids oid[])
language sql
stable strict
set search_path = pg_catalog, pg_temp
as $$
  select array_agg(m.classid order by m.classid, m.objid), array_agg(m.objid order by m.classid, m.objid)
  from (
    select w.classid, w.objid from audit.closure_walk(p_entrypoint, 'definition') as w
    union
    select 'pg_class'::regclass, e.guarded_relid
    from audit.entrypoint as e
    where e.relid = p_entrypoint and e.guarded_relid is not null
  ) as m
$$;
revoke all on function audit.catalog_members(oid) from public;
