-- purpose: the query that gives the units of a layer that one reach of one changed input hits
-- grain: one reach; $1 holds the runs to be looked at
-- reads: the catalogue
-- writes: nothing
-- time: bounds are taken with their ends: a unit too many costs time, one too few would be a lie
create or replace function audit.reach_query(p_layer audit.materialisation, p_reach audit.layer_reach, p_input oid, p_columns text[])
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_spine audit.materialisation;
  v_changed text;
  v_by text;    -- the expressions under their places: b1, b2, …
  v_places text;
  v_equal text;
  v_same text;
  v_null text;
  v_span text := 'true';
begin
  v_changed := audit.changed_rows(p_input,
    case when p_reach.reads is null then p_columns else audit.reach_columns(p_reach, p_input) end);
  if p_layer.unit_column = any (p_reach.by_expressions) then
    return format('select c.%I from (%s) as c', p_layer.unit_column, v_changed);
  end if;
  select m.* into v_spine from audit.materialisation as m where m.store = p_layer.store and m.layer = p_layer.rows_of;
  select string_agg(format('%s as b%s', b.text, b.n), ', ' order by b.n), string_agg(format('b%s', b.n), ', ' order by b.n),
    string_agg(format('s.b%1$s = d.b%1$s', b.n), ' and ' order by b.n),
    string_agg(format('s.b%1$s is not distinct from d.b%1$s', b.n), ' and ' order by b.n),
    string_agg(format('d.b%s is null', b.n), ' or ' order by b.n)
  into v_by, v_places, v_equal, v_same, v_null
  from unnest(p_reach.by_expressions) with ordinality as b (text, n);
  if p_reach.after_column is not null or p_reach.look_back is not null then
    v_span := 's.timeseal_t0 <@ d.span';
  end if;
  v_changed := format(
    'select %1$s range_agg(tstzrange(c.lo, c.hi, ''[]'')) as span from (select %2$s %3$s as lo, %4$s as hi from (%5$s) as x) as c '
    'where c.lo <= c.hi %6$s',
    v_places || ',', v_by || ',',
    case when p_reach.after_column is null then '''-infinity''::timestamptz'
      else format('coalesce(x.%I - interval %L, ''-infinity'')', p_reach.after_column, coalesce(p_reach.lead, interval '0 s')) end,
    case when p_reach.look_back is null then '''infinity''::timestamptz'
      else format('coalesce(x.%I + interval %L, ''infinity'')', p_reach.since_column, p_reach.look_back) end,
    v_changed, 'group by ' || v_places);
  v_by := format('(select %1$s x.%2$I, x.%3$I as timeseal_t0 from %4$s as x) as s', v_by || ',', p_layer.unit_column,
    v_spine.t0_column, audit.relation_name(v_spine.stored));
  return format('select s.%I from (%s) as d join %s on %s and %s', p_layer.unit_column, v_changed, v_by, coalesce(v_equal, 'true'), v_span)
    || case when v_null is null then '' else format(' union all select s.%I from (%s) as d join %s on (%s) and %s and %s',
      p_layer.unit_column, v_changed, v_by, v_null, v_same, v_span) end;
end
$$;
