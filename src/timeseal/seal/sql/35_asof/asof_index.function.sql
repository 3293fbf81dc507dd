-- purpose: the index that serves a view of an as-of join best: key, times, and the columns read beside them
-- grain: one view, as the text of a statement; nothing is created
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.asof_index(p_view audit.asof_view) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select format('create index on %s (%s)%s', audit.asof_relation(p_view.relation),
    (select string_agg(format('%I', name), ', ' order by place)
      from unnest(p_view.key_columns || array_remove(array[p_view.event_time, p_view.known_at], null))
        with ordinality as k (name, place)),
    coalesce((select format(' include (%s)', string_agg(format('%I', name), ', ' order by place))
      from unnest(p_view.columns) with ordinality as c (name, place)), ''));
$$;
