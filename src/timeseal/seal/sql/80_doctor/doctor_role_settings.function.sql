-- purpose: doctor: no setting of a role or database that silences triggers, loads code or moves names
-- grain: one finding per setting
-- reads: pg_catalog.pg_db_role_setting
-- writes: nothing
-- time: none
create or replace function audit.doctor_role_settings() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'setting', case when o.name = 'search_path' then 'warning' else 'blocking' end,
    case when s.setrole = 0 then 'every role' else pg_get_userbyid(s.setrole)::text end, o.name, 'the server''s own', o.opt,
    case when s.setrole = 0 then format('alter database %I reset %s', current_database(), o.name)
      else format('alter role %I%s reset %s', pg_get_userbyid(s.setrole),
        case when s.setdatabase = 0 then '' else format(' in database %I', current_database()) end, o.name) end
  from pg_catalog.pg_db_role_setting as s
  cross join lateral (
    select u.opt, split_part(u.opt, '=', 1) as name from unnest(s.setconfig) as u (opt)
  ) as o
  where s.setdatabase in (0, (select d.oid from pg_catalog.pg_database as d where d.datname = current_database()))
    and (o.name in ('session_replication_role', 'session_preload_libraries', 'local_preload_libraries', 'role', 'row_security')
      or o.name = 'search_path' and (s.setrole = 0 or pg_get_userbyid(s.setrole) in (
        'timeseal_owner', 'timeseal_worker', 'timeseal_certifier', 'ml_training')));
$$;
