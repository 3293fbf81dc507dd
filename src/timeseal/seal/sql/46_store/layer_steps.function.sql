-- purpose: the layers of a store in the order in which each finds its inputs done, by the catalogue
-- grain: one row per layer; step 0 reads no other layer
-- reads: audit.materialisation, what audit.layer_inputs reads
-- writes: nothing
-- time: none
create or replace function audit.layer_steps(p_store text) returns table (layer text, stored oid, step integer)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_layers integer;
begin
  select count(*) into v_layers from audit.materialisation as m where m.store = p_store;
  return query
  with recursive edge as materialized (
    select m.stored, i.relid as needed
    from audit.materialisation as m
    join audit.layer_inputs(p_store) as i on i.layer = m.layer and i.kind = 'layer'
    where m.store = p_store
  ),
  reached (stored, step) as (
    select m.stored, 0 from audit.materialisation as m where m.store = p_store
    union
    select e.stored, r.step + 1 from reached as r join edge as e on e.needed = r.stored where r.step <= v_layers
  )
  select m.layer, m.stored, max(r.step)
  from reached as r
  join audit.materialisation as m on m.stored = r.stored
  group by m.layer, m.stored, m.ordinal
  order by max(r.step), m.ordinal;
end
$$;
