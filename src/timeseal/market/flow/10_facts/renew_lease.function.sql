-- purpose: prolong the lease of a run that is still at work
-- grain: one run; returns the new end of the lease
-- reads: raw.run
-- writes: raw.run
-- time: counted from the wall clock
create or replace function raw.renew_lease(p_run bigint, p_lease interval default '15 minutes') returns timestamptz
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_until timestamptz;
begin
  update raw.run as r
  set lease_until = clock_timestamp() + p_lease
  where r.run_id = p_run and r.status = 'open'
  returning r.lease_until into v_until;
  if v_until is null then
    raise exception 'TS003: run % is not open', p_run
      using errcode = 'TS003', hint = 'Open a new run. Run: timeseal load --help';
  end if;
  return v_until;
end
$$;
