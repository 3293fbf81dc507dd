-- purpose: strategy ranges: join each spine row to the change whose span holds its t0
-- grain: one view of an as-of join, as the text of a join
-- reads: pg_catalog
-- writes: nothing
-- time: a < t0 <= until
create or replace function audit.asof_ranges(p_view audit.asof_view, p_spine regclass, p_t0 text, p_name text)
returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select format('left join (%s) as %s on %s and %s.a < %s and (%s <= %s.until or %s.until is null)',
    audit.asof_changes(p_view), p_name,
    string_agg(format('%s.k%s = %s', p_name, place, audit.asof_key(p_spine, spine, p_view.relation, key)),
      ' and ' order by place),
    p_name, p_t0, p_t0, p_name, p_name)
  from unnest(p_view.key_columns, p_view.spine_columns) with ordinality as m (key, spine, place);
$$;
