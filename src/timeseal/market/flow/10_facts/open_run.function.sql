-- purpose: open a run; the caller commits before the first fact, which admission insists on
-- grain: one run; returns its id
-- reads: nothing
-- writes: raw.run
-- time: opened_at is stamped under the lock that the safe horizon waits for, so no open run is overlooked
create or replace function raw.open_run(
  p_kind text,
  p_source text,
  p_payload_sha256 text default null,
  p_lease interval default '15 minutes',
  p_observed_until timestamptz default null
) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_run bigint;
  v_now timestamptz;
begin
  perform raw.close_expired_runs();
  perform pg_advisory_xact_lock(hashtextextended('timeseal raw.run', 0));
  v_now := clock_timestamp();
  insert into raw.run (kind, source, payload_sha256, opened_at, opened_xid, lease_until, observed_until)
  values (p_kind, p_source, p_payload_sha256, v_now, pg_current_xact_id(), v_now + p_lease, p_observed_until)
  returning raw.run.run_id into v_run;
  return v_run;
end
$$;
