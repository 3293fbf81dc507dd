-- purpose: gate: every declared invariant view returns no row
-- grain: one finding per bad row (the first twenty of a view, beside those that are waived)
-- reads: audit.store_invariant, the invariant views, audit.waiver_in_force
-- writes: nothing
-- time: none
create or replace function audit.gate_invariants(p_entrypoint text) returns setof audit.finding
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set "TimeZone" = 'UTC'
set "DateStyle" = 'ISO, YMD'
set row_security = off
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_rule record;
  v_limit bigint := 20 + (select count(*) from audit.waiver_in_force as w
    where w.entrypoint = v_ep.entrypoint and w.gate = 'invariants');
begin
  for v_rule in
    select i.name, i.level, i.hint, audit.object_fqn('pg_class'::regclass, c.oid) as fqn
    from audit.store_invariant as i
    left join pg_class as c on c.oid = i.relid
    where i.entrypoint = v_ep.entrypoint
    order by i.name
  loop
    if v_rule.fqn is null then
      return next row('invariants', 'blocking', v_rule.name, 'view', 'a view that returns the bad rows', 'gone',
        v_rule.hint)::audit.finding;
      continue;
    end if;
    return query execute format(
      'select ''invariants'', %L, %L, d.bad, ''no row'', ''a row'', %L from ('
      'select distinct to_jsonb(t)::text collate "C" as bad from %s as t order by 1 limit %s) as d',
      v_rule.level, v_rule.name, v_rule.hint, v_rule.fqn, v_limit);
  end loop;
end
$$;
revoke all on function audit.gate_invariants(text) from public;
