-- purpose: end a run, closed or crashed, record what it knew and what its releases hold, and void certificates that a late backfill reaches
-- grain: one run
-- reads: raw.run, raw.run_knowledge, what ref.keep_release_content reads
-- writes: raw.run, ref.release_content, audit.stamp through audit.void_late_arrival
-- time: a backfill or release whose earliest known_at lies below a certified horizon is a late arrival
create or replace function raw.end_run(p_run bigint, p_status text) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_run raw.run;
  v_knowledge record;
begin
  -- an older snapshot would not see what the run brought, and nothing would be voided
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'TS003: run % cannot be closed in this transaction', p_run
      using errcode = 'TS003',
        detail = 'expected: isolation read committed; found: ' || current_setting('transaction_isolation'),
        hint = 'Close it in a transaction of its own.';
  end if;
  select r.* into v_run from raw.run as r where r.run_id = p_run for update;
  if v_run.status is distinct from 'open' then
    raise exception 'TS003: run % cannot be closed', p_run
      using errcode = 'TS003',
        detail = 'expected: an open run; found: ' || coalesce(v_run.status, 'no such run'),
        hint = 'Run: timeseal status';
  end if;
  select k.first_known, k.last_known into v_knowledge from raw.run_knowledge(p_run) as k;
  update raw.run as r
  set status = p_status, closed_at = clock_timestamp(),
    min_known_at = v_knowledge.first_known, max_known_at = v_knowledge.last_known
  where r.run_id = p_run;
  perform ref.keep_release_content(p_run, p_status);
  if v_run.kind in ('backfill', 'reference') and v_knowledge.first_known is not null
    and to_regprocedure('audit.void_late_arrival(timestamptz, bigint)') is not null
  then
    perform audit.void_late_arrival(v_knowledge.first_known, p_run);
  end if;
end
$$;
