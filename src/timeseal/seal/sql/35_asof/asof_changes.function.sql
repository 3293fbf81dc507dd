-- purpose: a view's facts as changes: from when each is the newest admitted fact of its key, and until when
-- grain: one view of an as-of join, as the text of a query: k1.., a (exclusive), until (inclusive), known, event, c1..
-- reads: pg_catalog
-- writes: nothing
-- time: a fact is admitted above a = greatest(known_at, event_time + embargo); an older event never replaces a newer
create or replace function audit.asof_changes(p_view audit.asof_view) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_keys text := (select string_agg(format('k%s', place), ', ' order by place)
    from generate_series(1, cardinality(p_view.key_columns)) as g (place));
  v_ties text := (select coalesce(string_agg(format(', t%s asc nulls first', place), '' order by place), '')
    from generate_series(1, cardinality(audit.asof_ties(p_view, 'asc'))) as g (place));
  v_known text := audit.asof_instant('f.' || quote_ident(p_view.known_at),
    case when p_view.known_at is not null then audit.asof_time_type(p_view.relation, p_view.known_at) end, true);
  v_event text := audit.asof_instant('f.' || quote_ident(p_view.event_time),
    case when p_view.event_time is not null then audit.asof_time_type(p_view.relation, p_view.event_time) end, true);
  v_frame text := case p_view.on_tie when 'values' then 'rows' else 'groups' end;
  v_columns text := (select coalesce(string_agg(format(', c%s', place), '' order by place), '')
    from generate_series(1, cardinality(p_view.columns)) as g (place));
  v_facts text;
begin
  v_facts := format(
    'select %s, %s as known, %s as event, greatest(%s, %s) as a%s%s from %s as f where %s',
    (select string_agg(format('f.%I as k%s', name, place), ', ' order by place)
      from unnest(p_view.key_columns) with ordinality as k (name, place)),
    coalesce(v_known, 'null::timestamptz'), coalesce(v_event, v_known), coalesce(v_known, v_event),
    coalesce(v_event || format(' + %L::interval', p_view.embargo), v_known),
    (select coalesce(string_agg(format(', %s as t%s', expression, place), '' order by place), '')
      from unnest(audit.asof_ties(p_view, null)) with ordinality as t (expression, place)),
    (select coalesce(string_agg(format(', f.%I as c%s', name, place), '' order by place), '')
      from unnest(p_view.columns) with ordinality as c (name, place)),
    audit.asof_relation(p_view.relation),
    (select string_agg(format('f.%I is not null', name), ' and ')
      from unnest(p_view.key_columns || array_remove(array[p_view.known_at, p_view.event_time], null)) as n (name)));
  if v_event is not null then
    v_facts := format(
      'select %s, known, event, a%s%s from (select f.*, max(event) over (partition by %s order by a, event, known%s'
      ' %s between unbounded preceding and 1 preceding) as before from (%s) as f) as f'
      ' where before is null or event >= before',
      v_keys, replace(v_ties, ' asc nulls first', ''), v_columns, v_keys, v_ties, v_frame, v_facts);
  end if;
  return format(
    'select %s, a, first_value(a) over (partition by %s order by a, event, known%s'
    ' %s between 1 following and 1 following) as until, known, event%s from (%s) as f',
    v_keys, v_keys, v_ties, v_frame, v_columns, v_facts);
end
$$;
