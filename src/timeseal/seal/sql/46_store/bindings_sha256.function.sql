-- purpose: one digest over all layer texts of a store; when it moves, the next refresh is a full one
-- grain: one store
-- reads: audit.layer_binding
-- writes: nothing
-- time: none
create or replace function audit.bindings_sha256(p_store text) returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select encode(
    sha256(convert_to(coalesce(
      string_agg(b.layer || ' ' || b.text_sha256 || ' ' || b.viewdef_sha256, E'\n' order by b.layer), ''), 'UTF8')),
    'hex')
  from audit.layer_binding as b
  where b.store = p_store;
$$;
