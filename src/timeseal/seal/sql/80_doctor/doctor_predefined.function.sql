-- purpose: doctor: predefined roles and role attributes that read or rewrite everything, or see what others run
-- grain: one finding per role and power
-- reads: pg_catalog.pg_roles, audit.actor
-- writes: nothing
-- time: none
create or replace function audit.doctor_predefined() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'predefined role', p.level, a.name, r.rolname, 'no membership in ' || r.rolname,
    'a member, directly or through other roles: ' || p.power, coalesce(audit.revoke_membership(a.roleid, r.oid), 'revoke it')
  from (values
    ('pg_read_all_data', 'blocking', 'reads every table'),
    ('pg_write_all_data', 'blocking', 'writes every table'),
    ('pg_read_server_files', 'blocking', 'reads the files of the server'),
    ('pg_write_server_files', 'blocking', 'writes the files of the server'),
    ('pg_execute_server_program', 'blocking', 'runs programs as the server'),
    ('pg_maintain', 'blocking', 'refreshes, locks and analyses every table'),
    ('pg_read_all_stats', 'warning', 'reads the statements of other sessions, values included'),
    ('pg_signal_backend', 'warning', 'ends the sessions of others')) as p (name, level, power)
  join pg_catalog.pg_roles as r on r.rolname = p.name
  join audit.actor as a on audit.may_act_as(a.roleid, r.oid)
  union all
  select 'predefined role', 'blocking', a.name, 'REPLICATION', 'no replication right', 'a stream of every change of every row',
    format('alter role %I noreplication', a.name)
  from audit.actor as a
  where a.rolreplication
  union all
  select 'predefined role', 'warning', a.name, 'BYPASSRLS', 'row policies apply', 'none apply to it',
    format('alter role %I nobypassrls', a.name)
  from audit.actor as a
  join pg_catalog.pg_roles as r on r.oid = a.roleid
  where r.rolbypassrls;
$$;
