-- purpose: declare a view of somebody else as an entrypoint; a view sealed before is void until certified again
-- grain: one entrypoint
-- reads: p_seal, what to declare, as jsonb
-- writes: audit.entrypoint, audit.stamp, audit.foreign_seal
-- time: none
create or replace function audit.declare_foreign(p_seal jsonb) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_relid oid := (p_seal ->> 'entrypoint')::regclass;
begin
  insert into audit.entrypoint as e
    (entrypoint, relid, key_columns, t0_column, day_column, guarded_view, guarded_relid, contract_set, max_age)
  values (
    p_seal ->> 'entrypoint', v_relid,
    array(select k.name from jsonb_array_elements_text(p_seal -> 'key') with ordinality as k (name, n) order by k.n),
    p_seal ->> 't0', p_seal ->> 'day', p_seal ->> 'guarded_view', (p_seal ->> 'guarded_view')::regclass,
    p_seal ->> 'contract', (p_seal ->> 'max_age')::interval)
  on conflict (entrypoint) do update
  set relid = excluded.relid, key_columns = excluded.key_columns, t0_column = excluded.t0_column,
    day_column = excluded.day_column, guarded_view = excluded.guarded_view, guarded_relid = excluded.guarded_relid,
    contract_set = excluded.contract_set, max_age = excluded.max_age, retired_at = null;
  insert into audit.stamp (relid, version, cause)
  select r.relid, 0, 'attached'
  from audit.read_closure(v_relid) as r
  where r.relkind in ('r', 'p', 'm')
  on conflict (relid) do nothing;
  perform audit.advance_stamp(v_relid, 'sealed by ' || session_user);
  insert into audit.foreign_seal (entrypoint, schema_name, owner_usage, owner_select, training_usage, certifier_usage, stamped)
  values (
    p_seal ->> 'entrypoint', p_seal ->> 'schema', (p_seal ->> 'owner_usage')::boolean,
    (p_seal ->> 'owner_select')::boolean, (p_seal ->> 'training_usage')::boolean,
    (p_seal ->> 'certifier_usage')::boolean,
    array(select s.relid::oid from jsonb_array_elements_text(p_seal -> 'stamped') as s (relid)));
end
$$;
