-- purpose: run every gate of the list over one entrypoint
-- grain: one jsonb array, an element per gate in the order of cost
-- reads: what the gates read
-- writes: what the gates write
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
  for v_gate in select g.gate from audit.gate_list() as g order by g.ordinal
  loop
    v_checks := v_checks || audit.run_gate(v_gate, p_entrypoint, p_days, p_seed);
  end loop;
  return v_checks;
end
$$;
