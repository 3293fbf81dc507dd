-- purpose: the inputs of the layers of a store, by what they are to it
-- grain: one row per layer and relation
-- reads: audit.layer_input, audit.materialisation, audit.fact_relation
-- writes: nothing
-- time: kind: layer of the same store, fact, or other (references, ledgers, layers of other stores)
create or replace function audit.layer_inputs(p_store text)
returns table (layer text, relid oid, input text, kind text, columns text[])
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select i.layer, i.relid, c.relname::text,
    case when m.stored is not null then 'layer' when f.kind = 'fact' then 'fact' else 'other' end, i.columns
  from audit.layer_input as i
  join pg_catalog.pg_class as c on c.oid = i.relid
  left join audit.materialisation as m on m.stored = i.relid and m.store = i.store
  left join audit.fact_relation as f on f.relid = i.relid
  where i.store = p_store;
$$;
