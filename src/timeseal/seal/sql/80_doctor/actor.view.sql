-- purpose: the roles from whom uncertified rows are kept: every login and the three working roles, short of the boundary
-- grain: one row per role
-- reads: pg_catalog.pg_roles, pg_catalog.pg_database
-- writes: nothing
-- time: none
create or replace view audit.actor as
select r.oid as roleid, r.rolname::text as name, r.rolcreaterole, r.rolreplication
from pg_catalog.pg_roles as r
where (r.rolcanlogin or r.rolname in ('ml_training', 'timeseal_worker', 'timeseal_certifier'))
  and not r.rolsuper
  and r.rolname <> 'timeseal_owner'
  and r.oid <> (select d.datdba from pg_catalog.pg_database as d where d.datname = current_database());
