-- purpose: the roles from whom uncertified rows are kept: every login and the three working roles, short of the boundary
-- grain: one row per role
-- reads: audit.boundary_role, pg_catalog.pg_roles
-- writes: nothing
-- time: none
create or replace view audit.actor as
select r.oid as roleid, r.rolname::text as name, r.rolcreaterole, r.rolreplication
from pg_catalog.pg_roles as r
where (r.rolcanlogin or r.rolname in ('ml_training', 'timeseal_worker', 'timeseal_certifier'))
  and r.rolname <> 'timeseal_owner'
  and not exists (select 1 from audit.boundary_role as b where b.roleid = r.oid);
