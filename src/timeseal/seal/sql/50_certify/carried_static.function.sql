-- purpose: the verdicts of the newest run that depend on definitions and declarations alone, while these are the same
-- grain: one jsonb array, in the form of audit.carried_checks; empty when they must be had again
-- reads: audit.entrypoint, what audit.carriable_run reads
-- writes: nothing
-- time: never later than full_hash_every after the run that really had them
create or replace function audit.carried_static(p_entrypoint text, p_bound jsonb) returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_run audit.t0_cert_run := audit.carriable_run(v_ep);
  v_now timestamptz := clock_timestamp();
begin
  -- both gates read stored trees, the catalogue and declarations: nothing else can move their verdicts
  if (v_run.definition_sha256 = p_bound ->> 'definition_sha256'
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
