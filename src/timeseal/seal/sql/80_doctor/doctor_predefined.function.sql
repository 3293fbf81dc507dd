-- purpose: doctor: predefined roles and role attributes that read everything
-- grain: one finding per role and power
-- reads: pg_catalog.pg_roles, audit.actor
-- writes: nothing
-- time: none
create or replace function audit.doctor_predefined() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'predefined role', 'blocking', a.name, r.rolname, 'no membership in ' || r.rolname,
    'a member, directly or through other roles', format('revoke %I from %I', r.rolname, a.name)
  from audit.actor as a
  join pg_catalog.pg_roles as r on r.rolname in ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files',
    'pg_write_server_files', 'pg_execute_server_program', 'pg_maintain')
  where audit.may_act_as(a.roleid, r.oid)
  union all
  select 'predefined role', 'warning', a.name, 'REPLICATION', 'no replication right', 'a stream of every change',
    format('alter role %I noreplication, unless it is the standby''s login', a.name)
  from audit.actor as a
  where a.rolreplication;
$$;
