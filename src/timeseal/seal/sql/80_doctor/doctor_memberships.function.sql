-- purpose: doctor: nobody may act as the owner of the engine or above the seal; no reader works; working roles hold no power
-- grain: one finding per role and power
-- reads: pg_catalog.pg_roles, pg_catalog.pg_auth_members, audit.actor, audit.boundary_role
-- writes: nothing
-- time: none
create or replace function audit.doctor_memberships() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'membership', 'blocking', a.name, r.rolname, 'no way to act as ' || r.rolname,
    'a member, directly or through other roles', coalesce(audit.revoke_membership(a.roleid, r.oid), 'alter role …')
  from audit.actor as a
  join pg_catalog.pg_roles as r on r.oid <> a.roleid and (r.rolname = 'timeseal_owner' or r.rolsuper
    or r.oid in (select b.roleid from audit.boundary_role as b))
  where audit.may_act_as(a.roleid, r.oid)
  union all
  -- the worker reads facts and the certifier cells that were not certified
  select 'membership', 'blocking', a.name, r.rolname, 'nobody who reads also acts as ' || r.rolname,
    'a member, directly or through other roles', coalesce(audit.revoke_membership(a.roleid, r.oid), 'alter role …')
  from audit.actor as a
  join pg_catalog.pg_roles as r on r.oid <> a.roleid and r.rolname in ('ml_training', 'timeseal_worker', 'timeseal_certifier')
  where audit.may_act_as(a.roleid, r.oid)
    and (a.name in ('ml_training', 'timeseal_worker', 'timeseal_certifier')
      or r.rolname <> 'ml_training' and audit.may_act_as(a.roleid, 'ml_training'::regrole))
  union all
  select 'membership', 'blocking', r.rolname, 'login', 'an owner that cannot log in and has no special power',
    'login ' || r.rolcanlogin || ', superuser ' || r.rolsuper || ', create role ' || r.rolcreaterole,
    'alter role timeseal_owner nologin nosuperuser nocreaterole'
  from pg_catalog.pg_roles as r
  where r.rolname = 'timeseal_owner' and (r.rolcanlogin or r.rolsuper or r.rolcreaterole)
  union all
  select distinct 'membership', 'blocking', a.name, 'CREATEROLE', 'no power to grant itself timeseal_owner',
    'CREATEROLE, which before PostgreSQL 16 grants any role', format('alter role %I nocreaterole', r.rolname)
  from audit.actor as a
  join pg_catalog.pg_roles as r on r.rolcreaterole and audit.may_act_as(a.roleid, r.oid)
  where current_setting('server_version_num')::integer < 160000
  union all
  select 'membership', 'blocking', r.rolname, p.power, 'a working role without powers of its own', 'it has ' || p.power, p.mended
  from pg_catalog.pg_roles as r
  cross join pg_catalog.pg_database as d
  cross join lateral (values
    ('SUPERUSER', r.rolsuper, format('alter role %I nosuperuser', r.rolname)),
    ('database ownership', d.datdba = r.oid, format('alter database %I owner to …', d.datname))) as p (power, held, mended)
  where d.datname = current_database() and p.held and r.rolname in ('ml_training', 'timeseal_worker', 'timeseal_certifier');
$$;
