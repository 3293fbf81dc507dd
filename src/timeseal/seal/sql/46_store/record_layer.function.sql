-- purpose: remember from what a layer was brought up to date
-- grain: one layer
-- reads: the catalogue
-- writes: audit.layer_state
-- time: refreshed_at is a wall-clock record; p_inputs was read before the layer was computed
create or replace function audit.record_layer(p_layer audit.materialisation, p_inputs jsonb) returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into audit.layer_state as s (store, layer, stored, definition_sha256, inputs)
  values (p_layer.store, p_layer.layer, p_layer.stored, audit.layer_sha256(p_layer.source), p_inputs)
  on conflict (store, layer) do update
  set stored = excluded.stored, definition_sha256 = excluded.definition_sha256, inputs = excluded.inputs, behind = false,
    refreshed_at = clock_timestamp();
$$;
