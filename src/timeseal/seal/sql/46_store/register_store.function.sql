-- purpose: write a whole declaration into the registry
-- grain: one store
-- reads: p_store, the declaration as jsonb
-- writes: what the register functions write
-- time: none
create or replace function audit.register_store(p_store jsonb) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.register_layers(p_store);
  perform audit.register_sources(p_store);
  perform audit.register_entrypoints(p_store);
  perform audit.register_pins(p_store);
  perform audit.register_reaches(p_store);
end
$$;
