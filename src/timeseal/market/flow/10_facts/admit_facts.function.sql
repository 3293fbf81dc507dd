-- purpose: let facts in only through an open run that was committed before, and let only a backfill date its knowledge
-- grain: one insert statement; the argument names the knowledge-time column
-- reads: what raw.admitting_run reads
-- writes: nothing
-- time: without a backfill, known_at lies between the start of the inserting transaction and the clock
create or replace function raw.admit_facts() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_new record;
  v_run raw.run;
  v_clock timestamptz := clock_timestamp();
begin
  for v_new in execute format(
    'select n.run_id, min(n.%1$I) as first_known, max(n.%1$I) as last_known from new_facts as n group by n.run_id order by n.run_id',
    tg_argv[0])
  loop
    v_run := raw.admitting_run(v_new.run_id);
    if v_new.last_known > v_clock then
      raise exception 'TS003: facts of run % are known in the future', v_new.run_id
        using errcode = 'TS003',
          detail = format('expected: known_at up to %s; found: %s', v_clock, v_new.last_known),
          hint = 'Let the database stamp known_at: leave the column out';
    end if;
    if v_run.kind <> 'backfill' and v_new.first_known < greatest(v_run.opened_at, transaction_timestamp()) then
      raise exception 'TS003: run % is no backfill, so it cannot date its knowledge', v_new.run_id
        using errcode = 'TS003',
          detail = format('expected: known_at from %s on; found: %s',
            greatest(v_run.opened_at, transaction_timestamp()), v_new.first_known),
          hint = 'Leave the column out, or declare it: select raw.open_run(''backfill'', …)';
    end if;
  end loop;
  return null;
end
$$;
