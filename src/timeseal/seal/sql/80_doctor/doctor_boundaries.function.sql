-- purpose: doctor: against whom there is evidence only, not prevention
-- grain: one row per role
-- reads: pg_catalog.pg_roles, pg_catalog.pg_database
-- writes: nothing
-- time: none
create or replace function audit.doctor_boundaries() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'boundary', 'boundary', r.rolname::text,
    case when r.rolsuper then 'superuser' else 'database owner' end,
    'known and few', 'can do anything; the hash chain gives evidence', 'keep the list short; nothing to mend'
  from pg_catalog.pg_roles as r
  where r.rolcanlogin and (r.rolsuper or r.oid = (
    select d.datdba from pg_catalog.pg_database as d where d.datname = current_database()));
$$;
