-- purpose: raise unless the entrypoint holds a valid certificate no older than the limit
-- grain: one entrypoint
-- reads: what audit.door_cause reads
-- writes: nothing
-- time: as audit.door_cause
create or replace function audit.require_certified(
  p_entrypoint text,
  p_max_age interval default interval '24 hours'
) returns boolean
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  select audit.cert_guard((audit.entrypoint_row(p_entrypoint)).entrypoint, p_max_age);
$$;
