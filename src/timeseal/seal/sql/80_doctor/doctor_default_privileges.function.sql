-- purpose: doctor: default privileges that would open the next object of the owner, of a boundary, or in a schema with rows
-- grain: one finding per default grant
-- reads: pg_catalog.pg_default_acl, audit.boundary_role, audit.protected_relation
-- writes: nothing
-- time: none
create or replace function audit.doctor_default_privileges() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'default privileges', case when g.ours then 'blocking' else 'warning' end, coalesce(n.nspname, 'every schema'), x.privilege_type,
    'nothing granted in advance', audit.who_may_use(x.grantee),
    format('alter default privileges for role %I%s revoke %s on %s from %s', pg_get_userbyid(d.defaclrole),
      case when n.nspname is null then '' else format(' in schema %I', n.nspname) end, x.privilege_type,
      case d.defaclobjtype when 'r' then 'tables' when 'f' then 'functions' when 'n' then 'schemas' when 'T' then 'types'
        when 'L' then 'large objects' else 'sequences' end,
      case x.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end)
  from pg_catalog.pg_default_acl as d
  left join pg_catalog.pg_namespace as n on n.oid = d.defaclnamespace
  cross join lateral aclexplode(d.defaclacl) as x
  cross join lateral (
    select pg_get_userbyid(d.defaclrole) = 'timeseal_owner' or coalesce(
      n.nspname in ('audit', 'build', 'store', 'published', 'ml', 'raw', 'ref'), false) as ours
  ) as g
  where (g.ours or d.defaclrole in (select b.roleid from audit.boundary_role as b) and (n.oid is null or exists (
      select 1 from audit.protected_relation as p where p.schema_name = n.nspname)))
    and x.grantee <> d.defaclrole
    and audit.who_may_use(x.grantee) is not null;
$$;
