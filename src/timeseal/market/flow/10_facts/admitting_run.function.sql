-- purpose: the run that new rows name, kept from ending before they are committed; refused unless open and committed before
-- grain: one run
-- reads: raw.run
-- writes: nothing; locks the run
-- time: none
create or replace function raw.admitting_run(p_run bigint) returns raw.run
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_run raw.run;
begin
  select r.* into v_run from raw.run as r where r.run_id = p_run for share;
  if v_run.status is distinct from 'open' or v_run.opened_xid = pg_current_xact_id() then
    raise exception 'TS003: facts of run % refused', coalesce(p_run::text, 'NULL')
      using errcode = 'TS003',
        detail = 'expected: an open run committed by an earlier transaction; found: '
          || case when v_run.status = 'open' then 'a run of this very transaction' else coalesce(v_run.status, 'no such run') end,
        hint = 'Call raw.open_run, commit, then insert. Run: timeseal load --help';
  end if;
  return v_run;
end
$$;
