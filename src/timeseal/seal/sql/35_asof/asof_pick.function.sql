-- purpose: the newest admitted fact of one spine row, by an index on key and time
-- grain: one view of an as-of join, as the text of a query: c1.., known, event; p_bounds are further conditions on its facts f
-- reads: pg_catalog
-- writes: nothing
-- time: known_at < t0 and event_time < t0 - embargo, both strict; NULL times are not admitted
create or replace function audit.asof_pick(
  p_view audit.asof_view, p_spine regclass, p_t0 text, p_bounds text default ''
) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_known regtype := case when p_view.known_at is not null
    then audit.asof_time_type(p_view.relation, p_view.known_at) end;
  v_event regtype := case when p_view.event_time is not null
    then audit.asof_time_type(p_view.relation, p_view.event_time) end;
begin
  return format(
    'select %s%s as known, %s as event from %s as f where %s%s%s%s order by %s %s',
    (select coalesce(string_agg(format('f.%I as c%s, ', c.name, c.place), '' order by c.place), '')
      from unnest(p_view.columns) with ordinality as c (name, place)),
    coalesce(audit.asof_instant('f.' || quote_ident(p_view.known_at), v_known, true), 'null'),
    coalesce(audit.asof_instant('f.' || quote_ident(p_view.event_time), v_event, true),
      audit.asof_instant('f.' || quote_ident(p_view.known_at), v_known, true)),
    audit.asof_relation(p_view.relation),
    (select string_agg(format('f.%I = %s', key, audit.asof_key(p_spine, spine, p_view.relation, key)),
        ' and ' order by place)
      from unnest(p_view.key_columns, p_view.spine_columns) with ordinality as m (key, spine, place)),
    coalesce(' and f.' || quote_ident(p_view.known_at) || ' < ' || audit.asof_bound(p_t0, v_known), ''),
    coalesce(' and f.' || quote_ident(p_view.event_time) || ' < ' || audit.asof_bound(
      p_t0 || case when p_view.embargo > interval '0' then format(' - %L::interval', p_view.embargo) else '' end,
      v_event), ''),
    p_bounds,
    array_to_string(
      array_remove(array[
        'f.' || quote_ident(p_view.event_time) || ' desc', 'f.' || quote_ident(p_view.known_at) || ' desc'], null)
      || audit.asof_ties(p_view, 'desc'), ', '),
    case
      when p_view.on_tie = 'values' or audit.asof_is_unique(p_view) then 'limit 1'
      else 'fetch first 1 row with ties' end
  );
end
$$;
