-- purpose: close runs whose lease ran out as crashed, so that the safe horizon moves on
-- grain: every open run with an expired lease; returns their ids
-- reads: raw.run
-- writes: raw.run
-- time: lease_until against the wall clock
create or replace function raw.close_expired_runs() returns bigint[]
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_run bigint;
  v_closed bigint[] := '{}';
begin
  for v_run in
    select r.run_id
    from raw.run as r
    where r.status = 'open' and r.lease_until < clock_timestamp()
    order by r.run_id
    for update skip locked
  loop
    perform raw.end_run(v_run, 'crashed');
    v_closed := v_closed || v_run;
  end loop;
  return v_closed;
end
$$;
