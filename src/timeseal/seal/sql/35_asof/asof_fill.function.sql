-- purpose: run an as-of join into a table that exists: all spine columns named there, and those of the views
-- grain: one inserted row per spine row, or nothing and an error
-- reads: the spine and the facts, with the caller's rights
-- writes: the given table
-- time: facts known before t0
create or replace function audit.asof_fill(
  p_target regclass, p_spine regclass, p_t0 text, p_position text, p_views audit.asof_view[],
  p_strategy text default null
) returns bigint
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_carry text[] := (
    select coalesce(array_agg(a.attname::text order by a.attnum), '{}')
    from pg_attribute as a
    join pg_attribute as t on t.attrelid = p_target and t.attname = a.attname and t.attnum > 0 and not t.attisdropped
    where a.attrelid = p_spine and a.attnum > 0 and not a.attisdropped and a.attname <> p_position);
  v_statement text := (
    select p.statement
    from audit.asof_plan(p_spine, p_t0, p_position, p_views, v_carry, p_strategy) as p
    where p.place = 1);
  v_names text := (
    select string_agg(format('%I', o.name), ', ' order by o.place, o.second, o.third)
    from (
      select 0 as place, 0::bigint as second, c.place as third, c.name
      from unnest(p_position || v_carry) with ordinality as c (name, place)
      union all
      select v.place, 1, c.place, v.prefix || c.name
      from unnest(p_views) with ordinality as v (
        relation, key_columns, spine_columns, known_at, event_time, embargo, max_age, columns, prefix, tie_breakers,
        on_tie, with_known_at, with_age, place)
      cross join lateral unnest(
        v.columns || case when v.with_known_at then array['known_at'] else '{}' end
        || case when v.with_age then array['age'] else '{}' end) with ordinality as c (name, place)
    ) as o);
  v_rows bigint;
  v_filled bigint;
begin
  execute format('insert into %s (%s) %s', audit.asof_relation(p_target), v_names, v_statement);
  get diagnostics v_filled = row_count;
  execute format('select count(*) from %s as s', audit.asof_relation(p_spine)) into v_rows;
  if v_filled <> v_rows then
    perform audit.asof_rows_missing(p_spine, p_t0, p_position, p_views);
  end if;
  return v_filled;
end
$$;
