-- purpose: gate: the entrypoint's rows are those that were knowable at their t0, by every mode that the budget allows
-- grain: one finding per leaking column
-- reads: what audit.replay_sampled reads
-- writes: audit.replay_log, audit.replay_outcome
-- time: the seed draws other samples and cuts on each certification
create or replace function audit.gate_replay(p_entrypoint text, p_seed text) returns setof audit.finding
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entrypoint audit.entrypoint := audit.entrypoint_row(p_entrypoint);
begin
  if v_entrypoint.replay = 'none' then
    return query
    select 'replay', 'blocking', v_entrypoint.entrypoint, audit.relation_name(f.relid) || '.' || f.column_name,
      'replay = "world": a firewall pair holds only while a replay passes', 'none', 'set replay in store.toml'
    from audit.firewall_pair as f
    where f.store = v_entrypoint.store;
    return;
  end if;
  return query select f.* from audit.replay_sampled(v_entrypoint, p_seed) as f;
end
$$;
