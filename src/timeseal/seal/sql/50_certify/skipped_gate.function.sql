-- purpose: the result of a gate that was not run: reading rows would have run code that changed or is unknown
-- grain: one jsonb object per gate, in the shape of audit.run_gate
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.skipped_gate(p_gate text) returns jsonb
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object('gate', p_gate, 'status', 'skipped', 'findings', 0, 'seconds', 0, 'first', '[]'::jsonb,
    'waived', '[]'::jsonb, 'waivers', '[]'::jsonb);
$$;
