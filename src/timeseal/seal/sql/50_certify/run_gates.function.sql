-- purpose: run every gate of the list over one entrypoint; code that changed or is unknown is not run to read rows
-- grain: the days as they stand, and one jsonb array, an element per gate in the order of cost
-- reads: what the gates read
-- writes: what the gates write
-- time: the replay is not run after a gate has failed: it costs most, and the outcome is decided
create or replace function audit.run_gates(
  p_entrypoint text,
  p_seed text,
  p_days jsonb default null,
  p_carried jsonb default '[]',
  out days jsonb,
  out checks jsonb
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_gate record;
  v_check jsonb;
  v_vetted boolean := true;
begin
  days := p_days;
  checks := '[]'::jsonb;
  for v_gate in select g.gate, g.reads_rows from audit.gate_list() as g order by g.ordinal
  loop
    -- days and results of an earlier run are taken over where audit.carried_run allows it
    select c.value into v_check
    from jsonb_array_elements(p_carried) as c (value)
    where c.value ->> 'gate' = v_gate.gate;
    if v_gate.reads_rows and not v_vetted
        or v_gate.gate = 'replay' and checks @> '[{"status": "failed"}]' and audit.gate_applies(v_gate.gate, p_entrypoint) then
      -- functions below a view run with the rights of whoever reads it: here, of the owner
      v_check := audit.skipped_gate(v_gate.gate);
      if v_vetted then
        v_check := v_check || '{"note": "not run: a gate failed before it"}';
      end if;
    elsif v_check is null then
      if v_gate.reads_rows and days is null then
        days := audit.current_days(p_entrypoint);
      end if;
      v_check := audit.run_gate(v_gate.gate, p_entrypoint, days, p_seed);
    end if;
    v_vetted := v_vetted and (v_check ->> 'status' <> 'failed' or v_gate.gate <> 'volatility'
      and not (v_gate.gate = 'definition' and v_check -> 'first' @> '[{"subject": "sha256"}]'));
    checks := checks || v_check;
  end loop;
  days := coalesce(days, '{}'::jsonb);
end
$$;
