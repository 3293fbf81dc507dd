-- purpose: a store that reads another store's guarded view falls with that store's certificate
-- grain: one list of parent certificates
-- reads: audit.t0_cert_run
-- writes: nothing
-- time: as audit.door_judgement
create or replace function audit.parent_cause(p_parents jsonb, p_max_age interval) returns text[]
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_parent record;
  v_cause text[];
  v_fingerprint text;
begin
  for v_parent in
    select p.value ->> 'entrypoint' as entrypoint, p.value ->> 'fingerprint' as fingerprint
    from jsonb_array_elements(p_parents) as p (value)
    order by 1
  loop
    v_cause := audit.door_judgement(v_parent.entrypoint, p_max_age);
    if v_cause is not null then
      return array[v_cause[1], 'its parent ' || v_parent.entrypoint || ' is closed: ' || v_cause[2], v_cause[3]];
    end if;
    select r.fingerprint into v_fingerprint
    from audit.t0_cert_run as r
    where r.entrypoint = v_parent.entrypoint
    order by r.run_id desc
    limit 1;
    if v_fingerprint is distinct from v_parent.fingerprint then
      return array['TS001', 'its parent ' || v_parent.entrypoint || ' was certified again with other data',
        'timeseal store publish'];
    end if;
  end loop;
  return null;
end
$$;
