-- purpose: refuse an as-of join that does not give each spine row once; names the position, or the key that ties
-- grain: one as-of join after it ran
-- reads: the spine and the facts, with the caller's rights
-- writes: nothing
-- time: as the join
create or replace function audit.asof_rows_missing(
  p_spine regclass, p_t0 text, p_position text, p_views audit.asof_view[], p_strategy text default 'lateral'
) returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_view audit.asof_view;
  v_position text;
  v_key text;
begin
  execute format('select s.%1$I::text from %2$s as s group by s.%1$I having count(*) > 1 or s.%1$I is null limit 1',
    p_position, audit.asof_relation(p_spine)) into v_position;
  if found then
    perform audit.asof_refuse(format('%I does not number the rows of the spine', p_position),
      'a number of its own for each row', coalesce(v_position || ' twice', 'NULL'),
      'Number them: row_number() over (order by …).');
  end if;
  foreach v_view in array p_views loop
    execute format('select t.%1$I from (%2$s) as t group by t.%1$I having count(*) > 1 order by t.%1$I limit 1',
      p_position, audit.asof_statement(p_spine, p_t0, p_position, '{}', array[v_view], array[p_strategy]))
    into v_position;
    continue when v_position is null;
    execute format('select concat_ws('', '', %s, ''t0 '' || s.%I::text) from %s as s where s.%I::text = %L',
      (select string_agg(format('%L || s.%I::text', name || ' ', name), ', ' order by place)
        from unnest(v_view.spine_columns) with ordinality as k (name, place)),
      p_t0, audit.asof_relation(p_spine), p_position, v_position)
    into v_key;
    raise exception 'TS001: two facts of % tie for %', audit.asof_relation(v_view.relation), v_key
      using errcode = 'TS001',
        detail = 'expected: one newest fact; found: several with the same ' || concat_ws(', ',
          v_view.event_time, v_view.known_at, nullif(array_to_string(v_view.tie_breakers, ', '), '')),
        hint = 'Name tie_breakers that decide, or say on_tie => ''values''.';
  end loop;
  raise exception 'TS001: the as-of join lost or invented rows of %', audit.asof_relation(p_spine)
    using errcode = 'TS001', detail = 'expected: every row once; found: another number',
      hint = 'Run it in one transaction that nobody writes to: begin isolation level repeatable read.';
end
$$;
