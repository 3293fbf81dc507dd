-- purpose: whether the code below an entrypoint may run with the owner's rights: as it was accepted, and without effects
-- grain: one entrypoint
-- reads: what audit.gate_volatility and audit.gate_definition read: the catalogue, never the entrypoint
-- writes: nothing
-- time: none
create or replace function audit.vetted(p_entrypoint text) returns boolean
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
  select not exists (select 1 from audit.gate_volatility(p_entrypoint) as f where f.level = 'blocking')
    and not exists (select 1 from audit.gate_definition(p_entrypoint) as f where f.subject = 'sha256');
$$;
