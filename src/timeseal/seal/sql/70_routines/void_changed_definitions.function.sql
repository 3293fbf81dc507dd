-- purpose: digest the closure of every certified entrypoint again and void those that changed
-- grain: one row per voided entrypoint
-- reads: audit.entrypoint, audit.t0_cert_run, the catalogue
-- writes: audit.stamp, the fuse
-- time: none
create or replace function audit.void_changed_definitions(p_cause text) returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep record;
  v_digest text;
  v_voided integer := 0;
begin
  for v_ep in
    select e.entrypoint, e.relid, r.definition_sha256,
      -- only a certificate that still stands for what is here now may be left standing: another one may be in the
      -- making elsewhere, and an old snapshot does not show which is the newest
      coalesce(r.status = 'CERTIFIED' and s.version = r.stamp_versions[array_position(r.stamp_relids, e.relid)], false)
        and current_setting('transaction_isolation') = 'read committed' as stands
    from audit.entrypoint as e
    left join audit.stamp as s on s.relid = e.relid
    left join lateral (
      select c.status, c.definition_sha256, c.stamp_relids, c.stamp_versions
      from audit.t0_cert_run as c
      where c.entrypoint = e.entrypoint
      order by c.run_id desc
      limit 1
    ) as r on true
    where e.retired_at is null
    order by e.entrypoint
  loop
    if v_ep.stands then
      begin
        v_digest := audit.definition_sha256(v_ep.relid);
      exception when others then
        v_digest := 'the closure can no longer be digested: ' || sqlerrm;
      end;
      continue when v_digest is not distinct from v_ep.definition_sha256;
    end if;
    perform audit.advance_stamp(v_ep.relid, p_cause);
    -- new plans use the new definition under any snapshot; only a sequence is seen by all of them at once
    perform audit.burn_fuse(v_ep.entrypoint);
    v_voided := v_voided + 1;
  end loop;
  return v_voided;
end
$$;
