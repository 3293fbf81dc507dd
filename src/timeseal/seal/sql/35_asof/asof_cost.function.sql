-- purpose: what PostgreSQL expects a statement to cost, and how it means to read the facts; runs nothing
-- grain: one statement: its total cost and the indexes it looks up
-- reads: the catalogue and statistics, through EXPLAIN
-- writes: nothing
-- time: none
create or replace function audit.asof_cost(p_statement text, out cost double precision, out by_index text)
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- the inner index is met again and again, so its pages are warm
set random_page_cost = 1.1
as $$
declare
  v_plan json;
begin
  execute 'explain (format json) ' || p_statement into v_plan;
  with recursive nodes as (
    select v_plan -> 0 -> 'Plan' as node
    union all
    select c.node
    from nodes as n
    cross join lateral json_array_elements(n.node -> 'Plans') as c (node)
  )
  select
    (v_plan -> 0 -> 'Plan' ->> 'Total Cost')::double precision,
    string_agg(distinct n.node ->> 'Index Name', ', ' order by n.node ->> 'Index Name')
      filter (where n.node ->> 'Index Cond' is not null)
  into cost, by_index
  from nodes as n;
end
$$;
