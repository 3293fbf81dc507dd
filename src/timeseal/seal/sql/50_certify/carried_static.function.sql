-- purpose: the verdicts of the newest run that depend on definitions and declarations alone, while these are the same
-- grain: one jsonb array, in the form of audit.carried_checks; empty when they must be had again
-- reads: audit.t0_cert_run, audit.entrypoint
-- writes: nothing
-- time: never later than full_hash_every after the run that really had them; timeseal.full_hash = on asks for them now
create or replace function audit.carried_static(p_entrypoint text, p_bound jsonb) returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_run audit.t0_cert_run;
  v_now timestamptz := clock_timestamp();
begin
  select r.* into v_run
  from audit.t0_cert_run as r
  where r.entrypoint = v_ep.entrypoint
  order by r.run_id desc
  limit 1;
  if coalesce(nullif(current_setting('timeseal.full_hash', true), ''), 'off')::boolean
    or (v_run.row_sha256 = audit.run_sha256(v_run)
      and audit.issued_here(v_run.database_oid, v_run.server_started_at, v_run.system_identifier)
      and v_run.entrypoint_relid = v_ep.relid
      -- both gates read stored trees, the catalogue and declarations: nothing else can move their verdicts
      and v_run.definition_sha256 = p_bound ->> 'definition_sha256'
      and v_run.basis_sha256 = p_bound ->> 'basis_sha256'
      and v_run.catalog_stamp is not distinct from p_bound ->> 'catalog_stamp') is not true
  then
    return '[]';
  end if;
  return (
    select coalesce(jsonb_agg(c.value order by c.ordinality), '[]')
    from jsonb_array_elements(audit.carried_checks(v_run)) with ordinality as c (value, ordinality)
    where c.value ->> 'gate' in ('volatility', 'order') and c.value ->> 'status' = 'passed'
      and (c.value #>> '{carried,at}')::timestamptz <= v_now
      and v_now - (c.value #>> '{carried,at}')::timestamptz < v_ep.full_hash_every
  );
end
$$;
revoke all on function audit.carried_static(text, jsonb) from public;
