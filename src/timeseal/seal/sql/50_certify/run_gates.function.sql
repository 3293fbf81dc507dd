-- purpose: run every gate over one entrypoint
-- grain: one jsonb array, an element per gate in the order of cost
-- reads: what the gates read
-- writes: nothing
-- time: none
create or replace function audit.run_gates(p_entrypoint text, p_days jsonb, p_seed text) returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_gate text;
  v_checks jsonb := '[]'::jsonb;
begin
  foreach v_gate in array array['definition', 'volatility', 'order', 'firewall', 'clock', 'read_closure', 'contract',
    'key', 'universe', 'time', 'invariants']
  loop
    v_checks := v_checks || audit.run_gate(v_gate, p_entrypoint, null::text);
  end loop;
  v_checks := v_checks || audit.run_gate('coverage', p_entrypoint, p_days);
  v_checks := v_checks || audit.run_gate('drift', p_entrypoint, p_days);
  v_checks := v_checks || audit.run_gate('replay', p_entrypoint, p_seed);
  return v_checks;
end
$$;
