-- purpose: gate: the entrypoint's rows are those that were knowable at their t0, at two cuts drawn from a seed
-- grain: one finding per leaking column and cut
-- reads: what audit.replay_world reads
-- writes: audit.replay_log
-- time: one cut on an existing t0, one between; a second cut is skipped, with a warning, when the first took over 60 s
create or replace function audit.gate_replay(p_entrypoint text, p_seed text) returns setof audit.finding
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entrypoint audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_started timestamptz := clock_timestamp();
  v_cut record;
  v_cuts integer := 0;
begin
  if v_entrypoint.replay = 'none' then
    return query
    select 'replay', 'blocking', v_entrypoint.entrypoint, f.relid::regclass::text || '.' || f.column_name,
      'replay = "world": a firewall pair holds only while a replay passes', 'none', 'set replay in store.toml'
    from audit.firewall_pair as f
    where f.store = v_entrypoint.store;
    return;
  end if;
  for v_cut in select c.kind, c.cut from audit.replay_cuts(v_entrypoint, p_seed) as c loop
    if v_cuts > 0 and clock_timestamp() - v_started > interval '60 seconds' then
      return next row('replay', 'warning', v_entrypoint.entrypoint, v_cut.cut::text, 'two cuts within 60 s',
        'one cut; the second was skipped', 'run: select audit.replay_world(…) for this cut by hand')::audit.finding;
      return;
    end if;
    return query select f.* from audit.replay_world(v_entrypoint.entrypoint, v_cut.cut) as f;
    v_cuts := v_cuts + 1;
  end loop;
  if v_cuts = 0 then
    return next row('replay', 'blocking', v_entrypoint.entrypoint, 'rows', 'at least one row', 'none',
      'run: timeseal store refresh')::audit.finding;
  end if;
end
$$;
