-- purpose: what no trigger sees, one sentence each: role powers, memberships, settings, event triggers
-- grain: one row per fact of one database
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.settings_lines() returns setof text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  -- logins without power come and go; those who could get round the seal do not
  select format(
    'role %I super %s bypass %s create role %s replication %s', r.rolname, r.rolsuper, r.rolbypassrls,
    r.rolcreaterole, r.rolreplication
  )
  from pg_roles as r
  where r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolreplication
  union all
  select format('member %s of %s', pg_get_userbyid(m.member), pg_get_userbyid(m.roleid))
    || ' ' || (to_jsonb(m) - array['oid', 'roleid', 'member', 'grantor'])::text
  from pg_auth_members as m
  union all
  select format(
    'setting database %s role %s %s', case when s.setdatabase = 0 then 'any' else 'this' end,
    case when s.setrole = 0 then 'any' else pg_get_userbyid(s.setrole)::text end, s.setconfig::text
  )
  from pg_db_role_setting as s
  where s.setdatabase in (0, (select d.oid from pg_database as d where d.datname = current_database()))
  union all
  select format('parameter %s %s', p.parname, audit.acl_text(p.paracl, 'p', 10))
  from pg_parameter_acl as p
  union all
  select format(
    'event trigger %I on %s tags %s enabled %s function %s owner %s', e.evtname, e.evtevent,
    e.evttags::text, e.evtenabled, audit.object_fqn('pg_proc'::regclass, e.evtfoid),
    pg_get_userbyid(e.evtowner)
  )
  from pg_event_trigger as e
  union all
  select format('database owner %s %s', pg_get_userbyid(d.datdba), audit.acl_text(d.datacl, 'd', d.datdba))
  from pg_database as d
  where d.datname = current_database()
  union all
  select format('default rights %s in %s %s %s', pg_get_userbyid(a.defaclrole),
    a.defaclnamespace::regnamespace, a.defaclobjtype, a.defaclacl::text)
  from pg_default_acl as a
$$;
revoke all on function audit.settings_lines() from public;
