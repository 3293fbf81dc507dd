-- purpose: remember what the world was like when an entrypoint agreed with its baseline
-- grain: one entrypoint
-- reads: facts and releases below the entrypoint, audit.stamp, audit.refresh_state
-- writes: audit.drift_witness
-- time: facts count as seen only by a refresh: what arrived after it will be news
create or replace function audit.keep_witness(p_entrypoint text) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_old audit.drift_witness;
  v_refresh audit.refresh_state;
  v_taken_at timestamptz := clock_timestamp();
  v_snapshot pg_snapshot := pg_current_snapshot();
  v_horizon timestamptz;
  v_sources jsonb;
begin
  select w.* into v_old from audit.drift_witness as w where w.entrypoint = v_ep.entrypoint;
  select s.* into v_refresh from audit.refresh_state as s where s.store = v_ep.store;
  v_horizon := coalesce(v_refresh.horizon, v_taken_at);
  if v_old.taken_at > v_refresh.refreshed_at then
    v_snapshot := v_old.snapshot;
    v_sources := v_old.sources;
    v_horizon := v_old.horizon;
  else
    select coalesce(
      jsonb_object_agg(r.fqn, audit.source_state(r.relid, r.kind, r.known_at_column, v_horizon, v_snapshot)), '{}')
    into v_sources
    from audit.source_relations(v_ep.entrypoint) as r;
  end if;
  insert into audit.drift_witness as w (entrypoint, taken_at, snapshot, horizon, sources, stamps, settings)
  select v_ep.entrypoint, v_taken_at, v_snapshot, v_horizon, v_sources,
    coalesce((select jsonb_object_agg(s.relid::text, s.version) from audit.stamp as s
      where s.relid in (select c.relid from audit.read_closure(v_ep.relid) as c)), '{}'),
    array(select l.line from audit.settings_lines() as l (line) order by l.line collate "C")
  on conflict (entrypoint) do update
  set taken_at = excluded.taken_at, snapshot = excluded.snapshot, horizon = excluded.horizon,
    sources = excluded.sources, stamps = excluded.stamps, settings = excluded.settings;
end
$$;
revoke all on function audit.keep_witness(text) from public;
