-- purpose: record what the source relations are and what every declared column is
-- grain: one store
-- reads: p_store, the declaration as jsonb
-- writes: audit.fact_relation, audit.column_role
-- time: known_at, event_time and t0 columns are named here
create or replace function audit.register_sources(p_store jsonb) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into audit.fact_relation as r
    (relid, kind, known_at_column, event_time_column, key_columns, defining, t0_column, known_at_kind_column, run_column)
  select (f.value ->> 'relation')::regclass, f.value ->> 'kind', f.value ->> 'known_at', f.value ->> 'event_time',
    array(select k.name from jsonb_array_elements_text(f.value -> 'key') with ordinality as k (name, n) order by k.n),
    (f.value ->> 'defining')::boolean, f.value ->> 't0', f.value ->> 'known_at_kind', f.value ->> 'run'
  from jsonb_array_elements(p_store -> 'facts') as f
  on conflict (relid) do update
  set kind = excluded.kind, known_at_column = excluded.known_at_column,
    event_time_column = excluded.event_time_column, key_columns = excluded.key_columns,
    defining = excluded.defining, t0_column = excluded.t0_column,
    known_at_kind_column = excluded.known_at_kind_column, run_column = excluded.run_column;
  delete from audit.column_role as c
  where c.relid in (
    select (r.value ->> 'relation')::regclass from jsonb_array_elements(p_store -> 'roles') as r
  ) or not exists (select 1 from pg_catalog.pg_class as k where k.oid = c.relid);
  insert into audit.column_role (relid, column_name, role, clock)
  select (r.value ->> 'relation')::regclass, r.value ->> 'column', r.value ->> 'role', r.value ->> 'clock'
  from jsonb_array_elements(p_store -> 'roles') as r;
end
$$;
