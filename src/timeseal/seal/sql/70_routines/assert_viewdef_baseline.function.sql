-- purpose: raise when anything in the build closure differs from its accepted definition, or was never accepted
-- grain: one entrypoint
-- reads: what audit.gate_definition reads
-- writes: nothing
-- time: none
create or replace function audit.assert_viewdef_baseline(p_entrypoint text) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_finding audit.finding;
begin
  select f.* into v_finding from audit.gate_definition((audit.entrypoint_row(p_entrypoint)).entrypoint) as f limit 1;
  if found then
    raise exception 'TS001: the definition below % drifted at %', p_entrypoint, v_finding.object
      using errcode = 'TS001',
        detail = 'expected: ' || v_finding.expected || '; found: ' || v_finding.found,
        hint = 'Run: ' || v_finding.hint;
  end if;
end
$$;
