-- purpose: doctor: nobody creates objects in, or looks into, the schemas of the engine
-- grain: one finding per schema, grantee and privilege
-- reads: pg_catalog.pg_namespace
-- writes: nothing
-- time: none
create or replace function audit.doctor_schemas() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'schema', 'blocking', n.nspname, x.privilege_type, 'no such grant', audit.who_may_use(x.grantee),
    format('revoke %s on schema %I from %s', x.privilege_type, n.nspname,
      case x.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end)
  from pg_catalog.pg_namespace as n
  cross join lateral aclexplode(n.nspacl) as x
  where pg_get_userbyid(n.nspowner) = 'timeseal_owner' and x.grantee <> n.nspowner
    and (x.privilege_type = 'CREATE' or n.nspname in ('build', 'store', 'published'))
    and audit.who_may_use(x.grantee) is not null
  union all
  select 'schema', 'blocking', n.nspname, 'owner', 'owner timeseal_owner, or one that cannot log in',
    audit.who_may_use(n.nspowner), format('alter schema %I owner to timeseal_owner', n.nspname)
  from pg_catalog.pg_namespace as n
  where n.nspname in ('ml', 'raw', 'ref') and pg_get_userbyid(n.nspowner) <> 'timeseal_owner'
    and audit.who_may_use(n.nspowner) is not null;
$$;
