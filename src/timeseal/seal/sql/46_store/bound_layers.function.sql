-- purpose: what is bound now: recorded texts, whether the catalogue still agrees, and the order of the layers
-- grain: one layer, entrypoint or invariant of a store
-- reads: audit.layer_binding, audit.materialisation, audit.entrypoint, audit.store_invariant
-- writes: nothing
-- time: none
create or replace function audit.bound_layers(p_store text)
returns table (layer text, ordinal integer, text_sha256 text, intact boolean, stored text, source text, published text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select b.layer, m.ordinal, b.text_sha256,
    b.viewdef_sha256 = coalesce(audit.view_sha256(coalesce(
      audit.relation_name(m.source), audit.relation_name(e.relid), audit.relation_name(i.relid))), ''),
    audit.relation_name(m.stored), audit.relation_name(m.source), audit.relation_name(m.published)
  from audit.layer_binding as b
  left join audit.materialisation as m on m.store = b.store and m.layer = b.layer
  left join audit.entrypoint as e on e.store = b.store and e.entrypoint = b.layer
  left join audit.store_invariant as i on 'invariant ' || i.name = b.layer
    and i.entrypoint in (select o.entrypoint from audit.entrypoint as o where o.store = b.store)
  where b.store = p_store
  order by m.ordinal nulls last, b.layer;
$$;
