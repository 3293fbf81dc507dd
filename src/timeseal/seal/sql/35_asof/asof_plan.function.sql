-- purpose: plan an as-of join: a strategy per view with its reason, and the statement that runs them all
-- grain: one row per view; statement is the whole join and the same in every row
-- reads: the catalogue and statistics, through EXPLAIN
-- writes: nothing
-- time: facts known before t0; nothing is read
create or replace function audit.asof_plan(
  p_spine regclass, p_t0 text, p_position text, p_views audit.asof_view[],
  p_carry text[] default '{}', p_strategy text default null, p_ordered boolean default true
) returns table (place integer, relation text, strategy text, reason text, costs jsonb, statement text)
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_relations text[] := '{}';
  v_strategies text[] := '{}';
  v_reasons text[] := '{}';
  v_costs jsonb[] := '{}';
  v_tried record;
  v_statement text;
begin
  if coalesce(cardinality(p_views), 0) = 0 then
    perform audit.asof_refuse('an as-of join has no views', 'at least one', 'none', 'Declare one: audit.asof_declare(…).');
  end if;
  perform audit.asof_column(p_spine, c.name) from unnest(p_position || p_carry) as c (name);
  perform audit.asof_clash(p_spine, p_views);
  for i in 1 .. cardinality(p_views) loop
    with tried as (
      select s.name, s.place, c.cost, c.by_index
      from unnest(array['lateral', 'merge', 'ranges']) with ordinality as s (name, place)
      cross join lateral audit.asof_cost(
        audit.asof_statement(p_spine, p_t0, p_position, '{}', array[p_views[i]], array[s.name])) as c
    )
    select
      coalesce(p_strategy, (array_agg(t.name order by t.cost, t.place))[1]) as strategy,
      jsonb_object_agg(t.name, round(t.cost)) as costs,
      max(t.by_index) filter (where t.name = 'lateral') as by_index
    into v_tried
    from tried as t;
    v_relations := v_relations || audit.asof_relation((p_views[i]).relation);
    v_strategies := v_strategies || v_tried.strategy;
    v_costs := v_costs || v_tried.costs;
    v_reasons := v_reasons || format('%s: PostgreSQL expects lateral %s, merge %s, ranges %s; %s',
      case when p_strategy is null then 'least cost' else 'asked for' end,
      v_tried.costs ->> 'lateral', v_tried.costs ->> 'merge', v_tried.costs ->> 'ranges',
      coalesce(
        'index ' || v_tried.by_index,
        'no index serves the key; one would be: ' || audit.asof_index(p_views[i])));
  end loop;
  v_statement := audit.asof_statement(p_spine, p_t0, p_position, p_carry, p_views, v_strategies, p_ordered);
  return query
  select p.place::integer, p.relation, p.strategy, p.reason, p.costs, v_statement
  from unnest(v_relations, v_strategies, v_reasons, v_costs) with ordinality
    as p (relation, strategy, reason, costs, place)
  order by p.place;
end
$$;
