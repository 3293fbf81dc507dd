-- purpose: the text of a whole as-of join: every spine row, by its position unless told otherwise, with the columns of all views
-- grain: one statement; one row per spine row unless a pick is not unique
-- reads: pg_catalog
-- writes: nothing
-- time: as audit.asof_lateral, whatever the strategies
create or replace function audit.asof_statement(
  p_spine regclass, p_t0 text, p_position text, p_carry text[], p_views audit.asof_view[], p_strategies text[],
  p_ordered boolean default true
) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_t0 text := audit.asof_instant(format('s.%I', p_t0), audit.asof_time_type(p_spine, p_t0), false);
  v_view audit.asof_view;
  v_name text;
  v_columns text := (select string_agg(format('s.%I', name), ', ' order by place)
    from unnest(p_position || p_carry) with ordinality as c (name, place));
  v_joins text := '';
  v_join text;
begin
  for i in 1 .. cardinality(p_views) loop
    v_view := p_views[i];
    v_name := format('v%s', i);
    v_join := case p_strategies[i]
      when 'lateral' then audit.asof_lateral(v_view, p_spine, v_t0, v_name)
      when 'ranges' then audit.asof_ranges(v_view, p_spine, v_t0, v_name)
      when 'merge' then audit.asof_merge(v_view, p_spine, v_t0, p_position, v_name)
    end;
    if v_join is null then
      perform audit.asof_refuse(
        format('an as-of join has no strategy %s', coalesce(p_strategies[i], 'NULL')), 'lateral, merge or ranges',
        coalesce(p_strategies[i], 'NULL'), 'Leave it out and let the planner choose.');
    end if;
    -- the newest event decides alone whether anything is young enough
    v_joins := v_joins || e'\n' || v_join || case when v_view.max_age is null then '' else
      format(' and %s.event >= %s - %L::interval', v_name, v_t0, v_view.max_age) end;
    v_columns := v_columns || (
      select coalesce(string_agg(format(', %s.c%s as %I', v_name, place, v_view.prefix || name), '' order by place), '')
      from unnest(v_view.columns) with ordinality as c (name, place))
      || case when v_view.with_known_at then format(', %s.known as %I', v_name, v_view.prefix || 'known_at') else '' end
      || case when v_view.with_age then format(
        ', case when isfinite(%2$s) and isfinite(%1$s.event) then extract(epoch from %2$s - %1$s.event)::float8 end as %3$I',
        v_name, v_t0, v_view.prefix || 'age') else '' end;
  end loop;
  return format(e'select %s\nfrom %s as s%s', v_columns, audit.asof_relation(p_spine), v_joins)
    || case when p_ordered then format(e'\norder by s.%I', p_position) else '' end;
end
$$;
