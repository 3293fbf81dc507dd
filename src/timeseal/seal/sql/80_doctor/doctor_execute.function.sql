-- purpose: doctor: nobody may execute a routine of the engine beyond the declared list; no definer runs on another path
-- grain: one finding per routine and grantee
-- reads: pg_catalog.pg_proc, audit.declared_execute
-- writes: nothing
-- time: none
create or replace function audit.doctor_execute() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with ours as (
    select p.oid, p.proname, p.proowner, p.prosecdef, p.proconfig, p.proacl, n.nspname
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    where n.nspname = 'audit' or n.nspname !~ '^pg_' and p.prosecdef and pg_get_userbyid(p.proowner) = 'timeseal_owner'
  )
  select 'function', 'blocking', o.oid::regprocedure::text, 'EXECUTE', 'no grant beyond the declared list',
    audit.who_may_use(x.grantee),
    format('revoke execute on routine %s from %s', o.oid::regprocedure,
      case x.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end)
  from ours as o
  cross join lateral aclexplode(coalesce(o.proacl, acldefault('f', o.proowner))) as x
  where x.grantee <> o.proowner and audit.who_may_use(x.grantee) is not null
    and case when o.nspname = 'audit' then x.is_grantable or not exists (
        select 1 from audit.declared_execute as d
        where d.routine = o.proname and x.grantee <> 0 and d.grantee = pg_get_userbyid(x.grantee))
      else x.grantee = 0 end
  union all
  select 'function', 'blocking', o.oid::regprocedure::text, 'search_path', 'a definer on the path pg_catalog, pg_temp',
    coalesce(o.proconfig::text, 'no path of its own'),
    format('alter routine %s set search_path = pg_catalog, pg_temp', o.oid::regprocedure)
  from ours as o
  where o.prosecdef and (o.proconfig @> array['search_path=pg_catalog, pg_temp']) is not true;
$$;
