-- purpose: run every gate and raise on the first that is violated; nothing is recorded
-- grain: one entrypoint
-- reads: what the gates read
-- writes: nothing
-- time: none
create or replace function audit.assert_gates(p_entrypoint text, p_check_days integer default 10) returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_check jsonb;
begin
  select c.value into v_check
  from jsonb_array_elements(
    (select g.checks from audit.run_gates(v_ep.entrypoint, 'assert ' || coalesce(p_check_days, 0)) as g)
  ) with ordinality as c (value, ordinality)
  where c.value ->> 'status' = 'failed'
  order by c.ordinality
  limit 1;
  if found then
    raise exception 'TS005: gate % of % is violated at %: %', v_check ->> 'gate', v_ep.entrypoint,
      v_check #>> '{first,0,object}', v_check #>> '{first,0,subject}'
      using errcode = 'TS005',
        detail = 'expected: ' || coalesce(v_check #>> '{first,0,expected}', '') || '; found: '
          || coalesce(v_check #>> '{first,0,found}', ''),
        hint = 'Run: ' || coalesce(v_check #>> '{first,0,hint}', 'timeseal explain ' || v_ep.entrypoint);
  end if;
end
$$;
