-- purpose: the instant below which no fact can still arrive: earliest start of an open run, else now
-- grain: one instant
-- reads: raw.run
-- writes: nothing
-- time: waits for a run that is just being opened; a backfill may arrive below it and then voids
create or replace function raw.safe_horizon() returns timestamptz
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_now timestamptz;
  v_open timestamptz;
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('timeseal raw.run', 0));
  -- An older snapshot cannot see runs opened since, so its horizon ends where it began.
  v_now := case current_setting('transaction_isolation')
    when 'read committed' then clock_timestamp() else transaction_timestamp() end;
  select min(r.opened_at) into v_open from raw.run as r where r.status = 'open';
  return least(v_open, v_now);
end
$$;
