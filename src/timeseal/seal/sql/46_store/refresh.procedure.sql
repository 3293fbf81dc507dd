-- purpose: refresh the store below an entrypoint, callable by worker and certifier who do not own it
-- grain: one entrypoint
-- reads: audit.entrypoint, what audit.refresh_store reads
-- writes: what audit.refresh_store writes
-- time: as audit.refresh_store
create or replace procedure audit.refresh(p_entrypoint text)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entrypoint audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_layer record;
begin
  if v_entrypoint.store is null then
    raise notice '% has no stored layers to refresh', v_entrypoint.entrypoint;
    return;
  end if;
  for v_layer in
    select r.layer, r.route, r.inserted, r.updated, r.deleted
    from audit.refresh_store(v_entrypoint.store) as r
  loop
    raise notice '% (%): % inserted, % updated, % deleted',
      v_layer.layer, v_layer.route, v_layer.inserted, v_layer.updated, v_layer.deleted;
  end loop;
end
$$;
