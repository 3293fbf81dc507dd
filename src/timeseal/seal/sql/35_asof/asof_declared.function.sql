-- purpose: declarations of an as-of join from a JSON array: one object per view, named as in audit.asof_declare
-- grain: one array of views
-- reads: pg_catalog
-- writes: nothing
-- time: spans are seconds
create or replace function audit.asof_declared(p_views jsonb) returns audit.asof_view[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_view jsonb;
  v_views audit.asof_view[] := '{}';
begin
  for v_view in select e.value from jsonb_array_elements(p_views) with ordinality as e (value, place) order by e.place loop
    if to_regclass(v_view ->> 'relation') is null then
      perform audit.asof_refuse(
        format('there is no relation %s', v_view ->> 'relation'), 'a table or view that you may see',
        'none of that name', 'Write it with its schema, quoted as in SQL: my_schema."My Table"');
    end if;
    v_views := v_views || audit.asof_declare(
      (v_view ->> 'relation')::regclass,
      array(select jsonb_array_elements_text(v_view -> 'key')),
      v_view ->> 'known_at',
      array(select jsonb_array_elements_text(v_view -> 'spine_key')),
      v_view ->> 'event_time',
      make_interval(secs => (v_view ->> 'embargo')::double precision),
      make_interval(secs => (v_view ->> 'max_age')::double precision),
      case when v_view ->> 'columns' is not null then array(select jsonb_array_elements_text(v_view -> 'columns')) end,
      v_view ->> 'prefix',
      array(select jsonb_array_elements_text(v_view -> 'tie_breakers')),
      v_view ->> 'on_tie',
      (v_view ->> 'event_time_only')::boolean,
      (v_view ->> 'with_known_at')::boolean,
      (v_view ->> 'with_age')::boolean);
  end loop;
  return v_views;
end
$$;
