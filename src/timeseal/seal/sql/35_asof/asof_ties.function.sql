-- purpose: the columns that break ties of a view after event_time and known_at, in order, each with its direction
-- grain: one view of an as-of join
-- reads: pg_catalog
-- writes: nothing
-- time: none
create or replace function audit.asof_ties(p_view audit.asof_view, p_direction text) returns text[]
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  -- the greatest wins and NULL loses; a column without NULLs keeps the plain form, which an index can serve
  select coalesce(array_agg(
    format('f.%I %s%s', c.name, p_direction, case
      when a.attnotnull then ''
      when p_direction = 'desc' then ' nulls last'
      else ' nulls first' end)
    order by c.place), '{}')
  from unnest(p_view.tie_breakers || case p_view.on_tie when 'values' then p_view.columns else '{}' end)
    with ordinality as c (name, place)
  join pg_attribute as a on a.attrelid = p_view.relation and a.attname = c.name;
$$;
