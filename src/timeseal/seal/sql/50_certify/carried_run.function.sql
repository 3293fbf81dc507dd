-- purpose: the newest run, when nothing that it certified can have changed since (but, where p_apart, the rows); else a row of nulls
-- grain: one entrypoint
-- reads: audit.entrypoint, what audit.carriable_run reads, audit.drift_event, the baseline, the closures
-- writes: nothing
-- time: never later than full_hash_every after the last hash of every row
create or replace function audit.carried_run(p_entrypoint text, p_bound jsonb, p_apart text[] default '{}') returns audit.t0_cert_run
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_run audit.t0_cert_run := audit.carriable_run(v_ep);
  v_bound jsonb := p_bound - array['catalog_classids', 'catalog_objids'] - p_apart; -- catalog_stamp is made of them
  v_now timestamptz := clock_timestamp();
begin
  if coalesce(
    v_run.status = 'CERTIFIED'
    and v_run.certified_at <= v_now
    and v_run.full_hash_at <= v_now
    and v_now - v_run.full_hash_at < v_ep.full_hash_every
    and v_bound = (select jsonb_object_agg(b.key, to_jsonb(v_run) -> b.key) from jsonb_object_keys(v_bound) as b (key))
    and audit.parent_cause(v_run.parents, v_ep.max_age) is null
    and v_run.ledger_id = audit.newest_ledger_id(v_ep.entrypoint)
    and not exists (select 1 from audit.unstamped_input(v_ep.relid) as u)
    and not exists (
      select 1
      from unnest(array['definition', 'read_closure', 'volatility', 'order', 'firewall', 'clock', 'contract', 'key', 'drift', 'replay']) as g (gate)
      where not exists (
        select 1
        from jsonb_array_elements(v_run.checks) as c (value)
        where c.value ->> 'gate' = g.gate
          -- a warning (such as a replay cut short) was certified and is printed again: having it again changes nothing
          and (c.value ->> 'status' in ('passed', 'not applicable')
            or (g.gate in ('clock', 'contract', 'replay') and c.value ->> 'status' = 'warning'))
      )
    )
    and v_run.fingerprint = audit.fingerprint_root_of(v_ep.relid, audit.baseline_days(v_ep.entrypoint)),
    false
  ) then
    return v_run;
  end if;
  return null;
end
$$;
revoke all on function audit.carried_run(text, jsonb, text[]) from public;
