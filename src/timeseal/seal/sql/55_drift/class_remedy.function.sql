-- purpose: the command that mends drift of one class
-- grain: one class of one entrypoint
-- reads: audit.entrypoint, audit.drift_budget
-- writes: nothing
-- time: none
create or replace function audit.class_remedy(p_entrypoint text, p_class text, p_object text) returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select case
    when p_class = 'tampering' and e.store is not null then format('timeseal store publish %s --full', e.store)
    when p_class in ('tampering', 'deletion') then format('restore the rows of %s, then: timeseal certify %s', p_object, e.entrypoint)
    when p_class in ('definition', 'function') then format('restore %s, or accept it: CALL audit.capture_viewdef_baseline(%L)',
      p_object, e.entrypoint)
    when p_class = 'setting' then format('take the setting back (ALTER DATABASE or ALTER ROLE … RESET), then: timeseal certify %s',
      e.entrypoint)
    else format('accept it within a budget: SET timeseal.reason = ''why''; SET timeseal.budget = %L; '
      'CALL audit.rebaseline_last_n_days(%L::regclass); then: timeseal certify %s',
      coalesce((select b.name from audit.drift_budget as b where b.entrypoint = e.entrypoint and b.max_rows > 0
        order by b.max_rows desc, b.name limit 1), 'NAME'), e.entrypoint, e.entrypoint)
  end
  from audit.entrypoint as e
  where e.entrypoint = p_entrypoint
$$;
revoke all on function audit.class_remedy(text, text, text) from public;
