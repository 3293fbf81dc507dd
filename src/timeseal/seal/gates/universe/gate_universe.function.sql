-- purpose: gate: the entrypoint has rows, and exactly those that its declared universe lists
-- grain: one finding per missing or surplus key (the first twenty of each), or one for an empty store
-- reads: the entrypoint, its universe
-- writes: nothing
-- time: none
create or replace function audit.gate_universe(p_entrypoint text) returns setof audit.finding
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
  v_fqn text := audit.object_fqn('pg_class'::regclass, v_ep.relid);
  v_universe oid := to_regclass(v_ep.universe);
  v_columns text;
  v_filled boolean;
  v_side record;
  v_limit bigint := 20 + (select count(*) from audit.waiver_in_force as w
    where w.entrypoint = v_ep.entrypoint and w.gate = 'universe');
begin
  execute format('select exists (select 1 from %s)', v_fqn) into v_filled;
  if not v_filled then
    return next row('universe', 'blocking', v_ep.entrypoint, 'rows', 'at least one row', 'none',
      'an empty store proves nothing: load facts and run: timeseal store refresh')::audit.finding;
    return;
  end if;
  if v_ep.universe is null and v_ep.store is null then
    return;
  elsif v_universe is null then
    return next row('universe', 'blocking', v_ep.entrypoint, coalesce(v_ep.universe, 'universe'),
      'a relation that lists the keys of all rows', 'none',
      'declare universe = "schema.relation" for the entrypoint')::audit.finding;
    return;
  end if;
  select string_agg(quote_ident(k.name), ', ' order by k.ordinality) into v_columns
  from unnest(v_ep.key_columns) with ordinality as k (name, ordinality);
  for v_side in
    select s.expected, s.found, s.one, s.other
    from (values
      ('a row of the universe in the entrypoint', 'missing', audit.object_fqn('pg_class'::regclass, v_universe), v_fqn),
      ('no row outside the universe', 'surplus', v_fqn, audit.object_fqn('pg_class'::regclass, v_universe))
    ) as s (expected, found, one, other)
  loop
    return query execute format(
      'select ''universe'', ''blocking'', %L, to_jsonb(d)::text, %L, %L, %L from ('
      'select distinct %s from (select %s from %s except all select %s from %s) as e order by %s limit %s) as d',
      v_ep.entrypoint, v_side.expected, v_side.found,
      'publish again; if it stays, a layer drops or multiplies rows', v_columns, v_columns, v_side.one, v_columns,
      v_side.other, v_columns, v_limit);
  end loop;
end
$$;
revoke all on function audit.gate_universe(text) from public;
