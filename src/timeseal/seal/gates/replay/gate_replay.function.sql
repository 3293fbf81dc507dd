-- purpose: gate: the entrypoint's rows are those that were knowable at their t0, at two cuts drawn from a seed
-- grain: one finding per leaking column and cut
-- reads: what audit.replay_run reads
-- writes: audit.replay_log
-- time: one cut on an existing t0, one between; the second world is skipped, with a warning, when the first took over 60 s
create or replace function audit.gate_replay(p_entrypoint text, p_seed text) returns setof audit.finding
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entrypoint audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_started timestamptz := clock_timestamp();
  v_on timestamptz;
  v_between timestamptz;
  v_findings audit.finding[];
begin
  if v_entrypoint.replay = 'none' then
    return query
    select 'replay', 'blocking', v_entrypoint.entrypoint, audit.relation_name(f.relid) || '.' || f.column_name,
      'replay = "world": a firewall pair holds only while a replay passes', 'none', 'set replay in store.toml'
    from audit.firewall_pair as f
    where f.store = v_entrypoint.store;
    return;
  end if;
  select max(c.cut) filter (where c.kind = 'on'), max(c.cut) filter (where c.kind = 'between') into v_on, v_between
  from audit.replay_cuts(v_entrypoint, p_seed) as c;
  if v_on is null then
    return next row('replay', 'blocking', v_entrypoint.entrypoint, 'rows', 'at least one row', 'none',
      'run: timeseal store refresh')::audit.finding;
    return;
  end if;
  v_findings := array(select f from audit.replay_run(v_entrypoint, v_on, null, false, null) as f);
  if clock_timestamp() - v_started > interval '60 seconds' then
    v_findings := v_findings || row('replay', 'warning', v_entrypoint.entrypoint, v_between::text, 'two worlds within 60 s',
      'one; the second was skipped', 'run: select audit.replay_world(…) for this cut by hand')::audit.finding;
  elsif not exists (select 1 from unnest(v_findings) as f where f.subject = 'replay not possible as declared'
      and f.level = 'blocking') then
    v_findings := v_findings || array(select f from audit.replay_between(v_entrypoint, v_between) as f);
  end if;
  return query select distinct f.* from unnest(v_findings) as f;
end
$$;
