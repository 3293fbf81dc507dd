-- purpose: recompute the published materialized views of a store in order, independently of the stored tables
-- grain: one row per published layer
-- reads: audit.materialisation, what audit.layer_steps reads
-- writes: the published materialized views
-- time: as the layer text; they are outside every read closure
create or replace function audit.refresh_published(p_store text)
returns table (layer text, published text, row_count bigint)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set jit = off
as $$
declare
  v_layer record;
begin
  for v_layer in
    select m.layer, audit.relation_name(m.published) as published
    from audit.layer_steps(p_store) as s
    join audit.materialisation as m on m.stored = s.stored
    where m.published is not null
    order by s.step, m.ordinal
  loop
    layer := v_layer.layer;
    published := v_layer.published;
    execute 'refresh materialized view ' || v_layer.published;
    execute 'analyze ' || v_layer.published;
    execute 'select count(*) from ' || v_layer.published into row_count;
    return next;
  end loop;
end
$$;
