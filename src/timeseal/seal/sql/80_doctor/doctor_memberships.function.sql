-- purpose: doctor: nobody may act as the owner of the engine, or as a superuser, by membership
-- grain: one finding per role and power
-- reads: pg_catalog.pg_roles, audit.actor
-- writes: nothing
-- time: none
create or replace function audit.doctor_memberships() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'membership', 'blocking', a.name, r.rolname, 'no way to act as ' || r.rolname,
    'a member, directly or through other roles', format('revoke %I from %I', r.rolname, a.name)
  from audit.actor as a
  join pg_catalog.pg_roles as r on r.rolname = 'timeseal_owner' or r.rolsuper
  where audit.may_act_as(a.roleid, r.oid)
  union all
  select 'membership', 'blocking', r.rolname, 'login', 'an owner that cannot log in and has no special power',
    'login ' || r.rolcanlogin || ', superuser ' || r.rolsuper || ', create role ' || r.rolcreaterole,
    'alter role timeseal_owner nologin nosuperuser nocreaterole'
  from pg_catalog.pg_roles as r
  where r.rolname = 'timeseal_owner' and (r.rolcanlogin or r.rolsuper or r.rolcreaterole)
  union all
  select 'membership', 'blocking', a.name, 'CREATEROLE', 'no power to grant itself timeseal_owner',
    'CREATEROLE, which before PostgreSQL 16 grants any role', format('alter role %I nocreaterole', a.name)
  from audit.actor as a
  where a.rolcreaterole and current_setting('server_version_num')::integer < 160000;
$$;
