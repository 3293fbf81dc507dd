-- purpose: record which stored relation is defined by which view, and which columns may cross the firewall
-- grain: one store
-- reads: p_store, the declaration as jsonb
-- writes: audit.materialisation, audit.firewall_pair, audit.stamp
-- time: none
create or replace function audit.register_layers(p_store jsonb) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from audit.materialisation as m where m.store = p_store ->> 'store';
  insert into audit.materialisation (stored, source, published, store, layer, ordinal, key_columns, t0_column, kind,
    unit_column, rows_of, walks)
  select (l.value ->> 'stored')::regclass, (l.value ->> 'source')::regclass, (l.value ->> 'published')::regclass,
    p_store ->> 'store', l.value ->> 'layer', l.ordinality,
    array(select k.name from jsonb_array_elements_text(l.value -> 'key') with ordinality as k (name, n) order by k.n),
    l.value ->> 't0', l.value ->> 'kind', l.value ->> 'unit', l.value ->> 'rows_of', l.value ->> 'walks'
  from jsonb_array_elements(p_store -> 'layers') with ordinality as l;
  delete from audit.firewall_pair as f where f.store = p_store ->> 'store';
  insert into audit.firewall_pair (store, layer, relid, column_name, reason)
  select p_store ->> 'store', (f.value ->> 'layer')::regclass, (f.value ->> 'relation')::regclass,
    f.value ->> 'column', f.value ->> 'reason'
  from jsonb_array_elements(p_store -> 'firewall') as f;
  delete from audit.stamp as s
  where not exists (select 1 from pg_catalog.pg_class as c where c.oid = s.relid);
end
$$;
