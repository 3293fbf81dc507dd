-- purpose: doctor: default privileges that would open the next object of the owner, or of anybody in our schemas
-- grain: one finding per default grant
-- reads: pg_catalog.pg_default_acl
-- writes: nothing
-- time: none
create or replace function audit.doctor_default_privileges() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'default privileges', 'blocking', coalesce(n.nspname, 'every schema'), x.privilege_type,
    'nothing granted in advance', audit.who_may_use(x.grantee),
    format('alter default privileges for role %I%s revoke %s on %s from %s', pg_get_userbyid(d.defaclrole),
      case when n.nspname is null then '' else format(' in schema %I', n.nspname) end, x.privilege_type,
      case d.defaclobjtype when 'r' then 'tables' when 'f' then 'functions' when 'n' then 'schemas' when 'T' then 'types'
        else 'sequences' end,
      case x.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end)
  from pg_catalog.pg_default_acl as d
  left join pg_catalog.pg_namespace as n on n.oid = d.defaclnamespace
  cross join lateral aclexplode(d.defaclacl) as x
  where (pg_get_userbyid(d.defaclrole) = 'timeseal_owner'
      or n.nspname in ('audit', 'build', 'store', 'published', 'ml', 'raw', 'ref'))
    and x.grantee <> d.defaclrole
    and audit.who_may_use(x.grantee) is not null;
$$;
