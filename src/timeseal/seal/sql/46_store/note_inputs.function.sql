-- purpose: note what the layers of a store read, where their definition is another than when it was noted
-- grain: one store
-- reads: the catalogue, audit.materialisation
-- writes: audit.layer_input
-- time: through plain views, down to relations that hold rows
create or replace function audit.note_inputs(p_store text) returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  delete from audit.layer_input as i
  where i.store = p_store and not exists (
    select from audit.materialisation as m
    where m.store = i.store and m.layer = i.layer and audit.layer_sha256(m.source) = i.definition_sha256
  );
  insert into audit.layer_input (store, layer, relid, columns, definition_sha256)
  select m.store, m.layer, r.relid, r.columns, audit.layer_sha256(m.source)
  from audit.materialisation as m
  cross join lateral audit.read_relations(m.source) as r
  where m.store = p_store and not exists (
    select from audit.layer_input as i where i.store = m.store and i.layer = m.layer
  );
$$;
