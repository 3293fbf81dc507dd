-- purpose: the whole sealed definition of an entrypoint, readable and hashed, object by object
-- grain: one row per object of the build closure, plus the guarded view and the schemas' rights
-- reads: system catalogues, audit.entrypoint, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.definition_objects(p_entrypoint oid)
returns table (object_fqn text, relkind "char", viewdef_sha256 text, definition text)
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  with part as (
    select b.classid, b.objid, b.kind
    from audit.build_closure(p_entrypoint) as b
    union
    select 'pg_class'::regclass, e.guarded_relid, 'guard'
    from audit.entrypoint as e
    join pg_class as c on c.oid = e.guarded_relid
    where e.relid = p_entrypoint
  ),
  named as (
    select p.classid, p.objid, p.kind
    from part as p
    union
    select 'pg_namespace'::regclass, c.relnamespace, 'schema'
    from part as p
    join pg_class as c on p.classid = 'pg_class'::regclass and c.oid = p.objid
  ),
  described as (
    select
      n.kind || ' ' || audit.object_fqn(n.classid, n.objid) as name,
      n.kind,
      audit.object_fqn(n.classid, n.objid) as fqn,
      (select c.relkind from pg_class as c where n.classid = 'pg_class'::regclass and c.oid = n.objid),
      coalesce(audit.object_definition(n.classid, n.objid), n.kind) as definition
    from named as n
  )
  select
    case when d.relkind is null then d.name else d.fqn end,
    d.relkind,
    encode(sha256(convert_to(d.definition, 'UTF8')), 'hex'),
    d.definition
  from described as d;
end
$$;
revoke all on function audit.definition_objects(oid) from public;
