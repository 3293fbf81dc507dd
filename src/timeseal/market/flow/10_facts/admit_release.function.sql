-- purpose: let a release in only through an open reference run that was committed before: how late it came is told when that run ends
-- grain: one insert statement
-- reads: what raw.admitting_run reads
-- writes: nothing
-- time: published_at is the release's own; a run of another kind would bring it in without voiding what it reaches
create or replace function ref.admit_release() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_new record;
  v_run raw.run;
begin
  for v_new in select n.release_id, n.run_id from new_facts as n order by n.release_id
  loop
    v_run := raw.admitting_run(v_new.run_id);
    if v_run.kind <> 'reference' then
      raise exception 'TS003: release % refused', v_new.release_id
        using errcode = 'TS003', detail = 'expected: a run of kind reference; found: ' || v_run.kind,
          hint = 'Open one: select raw.open_run(''reference'', …). Run: timeseal geo release load --help';
    end if;
  end loop;
  return null;
end
$$;
