-- purpose: remember the text a view was bound from, beside the digest of what the catalogue made of it
-- grain: one layer, entrypoint or invariant
-- reads: pg_catalog.pg_rewrite
-- writes: audit.layer_binding
-- time: bound_at is a wall-clock record
create or replace function audit.record_binding(p_store text, p_layer text, p_view text, p_text_sha256 text)
returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
  insert into audit.layer_binding (store, layer, text_sha256, viewdef_sha256)
  values (p_store, p_layer, p_text_sha256, coalesce(audit.view_sha256(nullif(p_view, '')), ''))
  on conflict (store, layer) do update
  set text_sha256 = excluded.text_sha256, viewdef_sha256 = excluded.viewdef_sha256, bound_at = clock_timestamp();
$$;
