-- purpose: doctor: the class of protection, and against whom there is evidence only, not prevention
-- grain: one row per class and role
-- reads: audit.boundary_role, what audit.protection_class reads
-- writes: nothing
-- time: none
create or replace function audit.doctor_boundaries() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'boundary', 'boundary', b.name, b.power, 'known and few', 'can do anything; the hash chain gives evidence',
    'keep the list short; nothing to mend'
  from audit.boundary_role as b
  where b.rolcanlogin
  union all
  select 'boundary', 'boundary', 'protection class', 'owner-only', 'full, where a superuser installs',
    'no event triggers: the guard compares catalogue row versions instead', 'as superuser: timeseal db create'
  where audit.protection_class() = 'owner-only';
$$;
