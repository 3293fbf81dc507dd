-- purpose: the whole sealed definition of an entrypoint, readable and hashed, object by object
-- grain: one row per object of the build closure and below the invariants, the guarded view, the schemas' rights, the invariants' rows
-- reads: system catalogues, audit.entrypoint, what audit.closure_walk reads
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
    from audit.closure_walk(p_entrypoint, 'definition') as b
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
    union all
    select
      'invariant ' || i.name, 'invariant', null, null,
      format('%s %s', i.level, coalesce(audit.object_fqn('pg_class'::regclass, i.relid), 'gone'))
    from audit.store_invariant as i
    join audit.entrypoint as e on e.entrypoint = i.entrypoint
    where e.relid = p_entrypoint
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
