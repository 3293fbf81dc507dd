-- purpose: the guard of every guarded view: true, or an error that names cause and next command; never false
-- grain: one call per view reference (an InitPlan)
-- reads: what audit.door_judgement reads
-- writes: nothing
-- time: as audit.door_judgement
create or replace function audit.cert_guard(p_entrypoint text, p_max_age interval) returns boolean
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_cause text[] := audit.door_judgement(p_entrypoint, p_max_age);
begin
  if v_cause is not null then
    raise exception '%: % is closed: %', v_cause[1], coalesce(p_entrypoint, 'NULL'), v_cause[2]
      using errcode = v_cause[1],
        detail = 'expected: a valid certificate; found: ' || v_cause[2],
        hint = 'Run: ' || v_cause[3];
  end if;
  return true;
end
$$;
