-- purpose: doctor: grants on relations and columns that lead around the guard
-- grain: one finding per relation, column, grantee and privilege
-- reads: audit.protected_relation, audit.declared_select, pg_catalog.pg_attribute
-- writes: nothing
-- time: none
create or replace function audit.doctor_relations() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with held as (
    select p.relid, p.relkind, p.kind, null::text as column_name, x.grantee, x.privilege_type
    from audit.protected_relation as p
    cross join lateral aclexplode(p.relacl) as x
    where x.grantee <> p.relowner
    union all
    select p.relid, p.relkind, p.kind, a.attname, x.grantee, x.privilege_type
    from audit.protected_relation as p
    join pg_catalog.pg_attribute as a on a.attrelid = p.relid and a.attacl is not null and not a.attisdropped
    cross join lateral aclexplode(a.attacl) as x
    where x.grantee <> p.relowner
  )
  select 'grant', case when h.kind = 'foreign' then 'warning' else 'blocking' end,
    audit.relation_name(h.relid) || coalesce('.' || quote_ident(h.column_name), ''), h.privilege_type,
    'no such grant', audit.who_may_use(h.grantee),
    format('revoke %s%s on %s%s from %s', h.privilege_type,
      case when h.column_name is null then '' else format(' (%I)', h.column_name) end,
      case when h.relkind = 'S' then 'sequence ' else '' end, audit.relation_name(h.relid), case h.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(h.grantee)) end)
  from held as h
  where audit.who_may_use(h.grantee) is not null
    and h.grantee is distinct from (select r.oid from pg_catalog.pg_roles as r where r.rolname = 'timeseal_owner')
    and not (h.kind = 'guarded' and h.privilege_type = 'SELECT')
    and not (h.kind = 'registry' and h.privilege_type = 'SELECT' and exists (
      select 1 from audit.declared_select as d
      where d.relation = audit.relation_name(h.relid)
        and (d.grantee is null or h.grantee <> 0 and d.grantee = pg_get_userbyid(h.grantee))))
    and not (h.kind = 'source' and h.privilege_type in ('SELECT', 'INSERT')
      and pg_get_userbyid(h.grantee) in ('timeseal_worker', 'timeseal_certifier'));
$$;
