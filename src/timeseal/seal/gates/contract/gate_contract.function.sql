-- purpose: gate: the entrypoint is what its feature contract says, column by column
-- grain: one finding per difference
-- reads: audit.entrypoint, ml.feature_set, ml.feature_contract, the entrypoint
-- writes: nothing
-- time: none
create or replace function audit.gate_contract(p_entrypoint text) returns setof audit.finding
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entrypoint audit.entrypoint := audit.entrypoint_row(p_entrypoint);
begin
  if v_entrypoint.contract_set is null then
    if v_entrypoint.store is not null then
      return next row('contract', 'warning', v_entrypoint.entrypoint, 'contract', 'a feature contract', 'none declared',
        'name a set as contract in store.toml')::audit.finding;
    end if;
    return;
  end if;
  if to_regclass('ml.feature_set') is null then
    return next row('contract', 'blocking', v_entrypoint.entrypoint, v_entrypoint.contract_set, 'contract tables in schema ml',
      'none installed', 'timeseal db create')::audit.finding;
    return;
  end if;
  return query select f.* from audit.contract_findings(v_entrypoint.contract_set) as f;
  return query select f.* from audit.contract_nulls(v_entrypoint.relid, v_entrypoint.contract_set) as f;
end
$$;
