-- purpose: strategy merge: spine and changes in one sort by key and time; the last change before each t0 carries on
-- grain: one view of an as-of join, as the text of a join
-- reads: pg_catalog
-- writes: nothing
-- time: at one instant the spine row comes first, so that a fact of that instant is not yet admitted
create or replace function audit.asof_merge(
  p_view audit.asof_view, p_spine regclass, p_t0 text, p_position text, p_name text
) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_keys text := (select string_agg(format('k%s', place), ', ' order by place)
    from generate_series(1, cardinality(p_view.key_columns)) as g (place));
  v_spine text[] := (select array_agg(audit.asof_key(p_spine, spine, p_view.relation, key) order by place)
    from unnest(p_view.key_columns, p_view.spine_columns) with ordinality as m (key, spine, place));
begin
  return format(
    'left join (with c as materialized (%s), u as (select %s, a as at, 1 as side, a, null::bigint as pos from c'
    ' union all select %s, %s, 0, null, s.%I from %s as s where %s), m as (select %s, pos, max(a) over'
    ' (partition by %s order by at, side rows between unbounded preceding and current row) as a from u)'
    ' select m.pos, c.known, c.event%s from m join c on %s and c.a = m.a and c.until is distinct from c.a'
    ' where m.pos is not null) as %s on %s.pos = s.%I',
    audit.asof_changes(p_view), v_keys,
    array_to_string(v_spine, ', '), p_t0, p_position, audit.asof_relation(p_spine),
    (select string_agg(format('%s is not null', expression), ' and ')
      from unnest(v_spine || array[p_t0]) as e (expression)),
    v_keys, v_keys,
    (select coalesce(string_agg(format(', c.c%s', place), '' order by place), '')
      from generate_series(1, cardinality(p_view.columns)) as g (place)),
    (select string_agg(format('c.k%s = m.k%s', place, place), ' and ' order by place)
      from generate_series(1, cardinality(p_view.key_columns)) as g (place)),
    p_name, p_name, p_position);
end
$$;
