-- purpose: gate: the key is unique and complete, t0 is never null, the stored day is the UTC day of t0
-- grain: one finding per bad key (the first twenty of each sort)
-- reads: the entrypoint
-- writes: nothing
-- time: UTC days
create or replace function audit.gate_key(p_entrypoint text) returns setof audit.finding
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
  v_columns text;
  v_pairs text;
  v_null text;
  v_fqn text := audit.object_fqn('pg_class'::regclass, v_ep.relid);
begin
  select string_agg(format('t.%I', k.name), ', ' order by k.ordinality),
    string_agg(format('%L, t.%I', k.name, k.name), ', ' order by k.ordinality),
    string_agg(format('t.%I is null', k.name), ' or ' order by k.ordinality)
  into v_columns, v_pairs, v_null
  from unnest(v_ep.key_columns) with ordinality as k (name, ordinality);
  return query execute format(
    'select ''key'', ''blocking'', %L, d.row_key::text, ''one row per key'', d.n || '' rows'', %L from ('
    'select jsonb_build_object(%s) as row_key, count(*) as n from %s as t group by %s having count(*) > 1 '
    'order by count(*) desc, jsonb_build_object(%s)::text collate "C" limit 20) as d',
    v_ep.entrypoint, 'make the view return one row per declared key, or declare the full key',
    v_pairs, v_fqn, v_columns, v_pairs);
  return query execute format(
    'select ''key'', ''blocking'', %L, d.row_key::text, ''key and t0 present'', ''null'', %L from ('
    'select jsonb_build_object(%s, %L, t.%I) as row_key from %s as t where %s or t.%I is null limit 20) as d',
    v_ep.entrypoint, 'leave rows without key or t0 out of the view',
    v_pairs, v_ep.t0_column, v_ep.t0_column, v_fqn, v_null, v_ep.t0_column);
  if v_ep.day_column is not null then
    return query execute format(
      'select ''key'', ''blocking'', %L, d.row_key::text, d.expected, d.found, %L from ('
      'select jsonb_build_object(%s) as row_key, (%s)::text as expected, coalesce(t.%I::text, ''null'') as found '
      'from %s as t where t.%I is distinct from %s limit 20) as d',
      v_ep.entrypoint, 'store the day as (t0 at time zone ''UTC'')::date',
      v_pairs, audit.tsf1_day(v_ep.relid, v_ep.t0_column, null, 't'), v_ep.day_column,
      v_fqn, v_ep.day_column, audit.tsf1_day(v_ep.relid, v_ep.t0_column, null, 't'));
  end if;
end
$$;
revoke all on function audit.gate_key(text) from public;
