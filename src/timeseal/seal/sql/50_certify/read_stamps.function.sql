-- purpose: what a certificate binds: the version of every stored relation read, of the entrypoint, the definition, the fuse, the parents
-- grain: one row
-- reads: audit.stamp, the catalogue
-- writes: nothing
-- time: none
create or replace function audit.read_stamps(p_relid oid)
returns table (
  stored_relids oid[],
  stamp_relids oid[],
  stamp_versions bigint[],
  definition_sha256 text,
  catalog_classids oid[],
  catalog_objids oid[],
  catalog_stamp text,
  fuse_value bigint,
  parents jsonb,
  basis_sha256 text
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  with bound as (
    select c.relid, true as stored from audit.read_closure(p_relid) as c
    union all
    select p_relid, false
  )
  select
    coalesce(array_agg(b.relid order by b.relid) filter (where b.stored), '{}'),
    array_agg(b.relid order by b.relid),
    array_agg(s.version order by b.relid),
    audit.definition_sha256(p_relid),
    max(m.classids),
    max(m.objids),
    audit.catalog_stamp_of(max(m.classids), max(m.objids)),
    (select pg_sequence_last_value(e.fuse) from audit.entrypoint as e where e.relid = p_relid),
    audit.parent_certificates(p_relid),
    audit.carry_basis(p_relid)
  from bound as b
  left join audit.stamp as s on s.relid = b.relid
  left join lateral (
    select c.classids, c.objids from audit.catalog_members(p_relid) as c where audit.protection_class() = 'owner-only'
  ) as m on true;
end
$$;
