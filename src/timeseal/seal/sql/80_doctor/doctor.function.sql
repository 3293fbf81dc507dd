-- purpose: every path by which a role could reach uncertified rows; blocking, warning, or boundary (not failing)
-- grain: one finding per path
-- reads: what the doctor_ functions read
-- writes: nothing
-- time: none
create or replace function audit.doctor() returns setof audit.finding
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select f.* from audit.doctor_memberships() as f
  union all select f.* from audit.doctor_predefined() as f
  union all select f.* from audit.doctor_ownership() as f
  union all select f.* from audit.doctor_relations() as f
  union all select f.* from audit.doctor_default_privileges() as f
  union all select f.* from audit.doctor_schemas() as f
  union all select f.* from audit.doctor_functions() as f
  union all select f.* from audit.doctor_execute() as f
  union all select f.* from audit.doctor_catalog() as f
  union all select f.* from audit.doctor_outlets() as f
  union all select f.* from audit.doctor_views() as f
  union all select f.* from audit.doctor_parameters() as f
  union all select f.* from audit.doctor_triggers() as f
  union all select f.* from audit.doctor_hooks() as f
  union all select f.* from audit.doctor_watch() as f
  union all select f.* from audit.doctor_guard() as f
  union all select f.* from audit.doctor_routines() as f
  union all select f.* from audit.doctor_settings() as f
  union all select f.* from audit.doctor_role_settings() as f
  union all select f.* from audit.doctor_definitions() as f
  union all select f.* from audit.doctor_history() as f
  union all select f.* from audit.doctor_boundaries() as f;
$$;
