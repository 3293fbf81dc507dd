-- purpose: who stands above the seal: superusers, the database owner, and whoever installed and can still grant the owner role
-- grain: one row per role; a working role is never one of them, whatever it was given
-- reads: pg_catalog.pg_roles, pg_catalog.pg_database, audit.install_file
-- writes: nothing
-- time: none
create or replace view audit.boundary_role as
select r.oid as roleid, r.rolname::text as name, r.rolcanlogin,
  case when r.rolsuper then 'superuser'
    when r.oid = d.datdba then 'database owner'
    else 'installer of the engine' end as power
from pg_catalog.pg_roles as r
cross join pg_catalog.pg_database as d
where d.datname = current_database()
  and r.rolname not in ('timeseal_owner', 'ml_training', 'timeseal_worker', 'timeseal_certifier')
  and (r.rolsuper or r.oid = d.datdba
    or r.rolcreaterole and exists (select 1 from audit.install_file as f where f.installed_by = r.rolname));
