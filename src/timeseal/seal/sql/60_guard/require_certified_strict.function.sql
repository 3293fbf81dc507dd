-- purpose: as require_certified, and the definition closure is digested again and compared with its baseline
-- grain: one entrypoint
-- reads: what audit.door_cause and audit.gate_definition read
-- writes: nothing
-- time: as audit.door_cause
create or replace function audit.require_certified_strict(
  p_entrypoint text,
  p_max_age interval default interval '24 hours'
) returns boolean
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.require_certified(p_entrypoint, p_max_age);
  perform audit.assert_viewdef_baseline(p_entrypoint);
  return true;
end
$$;
