-- purpose: what breaks ties of a view after event_time and known_at, in order: each with its direction, or bare without one
-- grain: one view of an as-of join
-- reads: pg_catalog
-- writes: nothing
-- time: none
create or replace function audit.asof_ties(p_view audit.asof_view, p_direction text) returns text[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    with tie as (
      select t.place, false as written, t.name
      from unnest(p_view.tie_breakers || case p_view.on_tie when 'values' then p_view.columns else '{}' end)
        with ordinality as t (name, place)
      union all
      -- equal values may be written differently (1.0 and 1.00): what is written decides last
      select v.place, true, v.name
      from unnest(p_view.columns) with ordinality as v (name, place)
      join pg_attribute as a on a.attrelid = p_view.relation and a.attname = v.name
      where p_view.on_tie = 'values' and a.atttypid <> all (
        array['boolean', 'smallint', 'integer', 'bigint', 'date', 'timestamp', 'timestamptz', 'uuid']::regtype[])
    )
    -- the greatest wins and NULL loses; a column without NULLs keeps the plain form, which an index can serve
    select coalesce(array_agg(
      format(case when t.written then 'f.%I::text collate "C"' else 'f.%I' end, t.name)
        || coalesce(' ' || p_direction, '') || case
        when a.attnotnull or p_direction is null then ''
        when p_direction = 'desc' then ' nulls last'
        else ' nulls first' end
      order by t.written, t.place), '{}')
    from tie as t
    join pg_attribute as a on a.attrelid = p_view.relation and a.attname = t.name
  );
end
$$;
