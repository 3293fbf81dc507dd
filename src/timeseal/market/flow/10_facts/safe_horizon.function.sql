-- purpose: the instant below which no fact can still arrive: earliest start of an open run, else now
-- grain: one instant
-- reads: raw.run, raw.adoption
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
  -- an open backfill holds it back to the earliest thing it has said so far: it may not be finished saying it
  select min(least(r.opened_at, k.first_known)) into v_open
  from raw.run as r
  left join lateral raw.run_knowledge(r.run_id) as k on r.kind = 'backfill'
  where r.status = 'open';
  -- writers of an adopted table are seen when it is taken in: known after the taking in before, so that bounds them all
  return least(v_open, v_now, (
    select min(a.taken_until) from raw.adoption as a where a.watch = 'trigger' and a.released_at is null));
end
$$;
