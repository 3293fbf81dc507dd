-- purpose: strategy lateral: for each spine row a pick, among the last few facts before t0 first, else among all before these
-- grain: one view of an as-of join, as the text of a join
-- reads: pg_catalog, statistics
-- writes: nothing
-- time: as audit.asof_pick; every admitted fact lies on one side of the start of the window, and the newer side is asked first
create or replace function audit.asof_lateral(p_view audit.asof_view, p_spine regclass, p_t0 text, p_name text)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_window interval := audit.asof_window(p_view);
  v_time text := coalesce(p_view.event_time, p_view.known_at);
  v_start text;
begin
  if v_window is null then
    return format('left join lateral (%s) as %s on true', audit.asof_pick(p_view, p_spine, p_t0), p_name);
  end if;
  -- an index page is read as far as the condition holds, even for one row: so a narrow condition comes first
  v_start := audit.asof_bound(
    format('case when %1$s > ''4700-01-01 00:00:00+00 BC'' then %1$s - %2$L::interval else ''-infinity'' end', p_t0,
      v_window + case when p_view.event_time is not null then p_view.embargo else interval '0' end),
    audit.asof_time_type(p_view.relation, v_time));
  return format(
    'left join lateral (%1$s) as %3$s_new on true left join lateral (%2$s) as %3$s_old on true'
    ' left join lateral (select %4$s) as %3$s on true',
    audit.asof_pick(p_view, p_spine, p_t0, format(' and f.%I >= %s', v_time, v_start)),
    audit.asof_pick(p_view, p_spine, p_t0, format(' and f.%I < %s and %s_new.event is null', v_time, v_start, p_name)),
    p_name,
    (select string_agg(format('case when %1$s_new.event is null then %1$s_old.%2$s else %1$s_new.%2$s end as %2$s',
        p_name, c.name), ', ' order by c.place)
      from (
        values ('known', -1), ('event', 0)
        union all
        select 'c' || g.place, g.place from generate_series(1, cardinality(p_view.columns)) as g (place)
      ) as c (name, place)));
end
$$;
