-- purpose: whether the rows of an entrypoint at any one t0 are made of the rows of its stored layers at that very t0: the planner's proof
-- grain: one entrypoint; false: not proven
-- reads: the catalogue; the plan is made and not run
-- writes: nothing
-- time: functions are not looked into: the gate volatility refuses those that read a relation; a plan for a t0 that is not known when it is made holds for every one
create or replace function audit.is_local(p_ep audit.entrypoint) returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set row_security = off
as $$
declare
  v_plan json;
  -- beyond the numbers that a plan of PostgreSQL 15 gives to its own subqueries, in the same form
  v_n constant integer := 999;
begin
  if exists (select from pg_prepared_statements as p where p.name = 'timeseal_is_local') then
    deallocate timeseal_is_local;
  end if;
  execute format('prepare timeseal_is_local (timestamptz%s) as select * from %s as t where t.%I = $%s', repeat(', timestamptz', v_n - 1),
    audit.relation_name(p_ep.relid), p_ep.t0_column, v_n);
  execute format('explain (format json, verbose, costs off) execute timeseal_is_local (null%s)', repeat(', null', v_n - 1)) into v_plan;
  deallocate timeseal_is_local;
  return (
    select coalesce(bool_and(exists (
      -- what t0 equals, each scan of a layer that it joins keeps of its own t0, and nothing else
      select
      from audit.materialisation as m
      cross join unnest(array[n.value ->> 'Index Cond', n.value ->> 'Recheck Cond', n.value ->> 'Filter']) as c (written)
      cross join regexp_replace(c.written, '''([^'']|'''')*''', '', 'g') as w (condition)
      where m.store = p_ep.store
        and m.stored = to_regclass(format('%I.%I', n.value ->> 'Schema', n.value ->> 'Relation Name'))
        and position(format('(%I.%I = $%s)', n.value ->> 'Alias', m.t0_column, v_n) in w.condition) > 0
        and w.condition !~ '"[^"]*\$' -- a name may read like a proof too
    )), false)
    from jsonb_path_query(v_plan::jsonb, 'strict $.** ? (@.type() == "object" && exists (@."Relation Name"))') as n (value)
  );
end
$$;
revoke all on function audit.is_local(audit.entrypoint) from public;
