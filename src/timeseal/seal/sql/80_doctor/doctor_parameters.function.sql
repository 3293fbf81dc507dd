-- purpose: doctor: nobody may set what only a superuser sets: it silences triggers, loads code or runs programs
-- grain: one finding per parameter and grantee
-- reads: pg_catalog.pg_parameter_acl
-- writes: nothing
-- time: none
create or replace function audit.doctor_parameters() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'parameter', 'blocking', p.parname, x.privilege_type, 'granted to nobody', audit.who_may_use(x.grantee),
    format('revoke %s on parameter %s from %s', x.privilege_type, p.parname,
      case x.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end)
  from pg_catalog.pg_parameter_acl as p
  cross join lateral aclexplode(p.paracl) as x
  where audit.who_may_use(x.grantee) is not null;
$$;
