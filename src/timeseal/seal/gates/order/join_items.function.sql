-- purpose: order gate: the FROM items below one side of a join
-- grain: one array of item numbers
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.join_items(p_side jsonb) returns integer[]
language sql
immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  with recursive side as (
    select p_side as node
    union all
    select c.child
    from side as s
    cross join lateral (values (s.node #> '{larg,0}'), (s.node #> '{rarg,0}')) as c (child)
    where s.node ->> '_' = 'JOINEXPR'
  )
  select coalesce(array_agg((s.node #>> '{rtindex,0}')::integer), '{}')
  from side as s
  where s.node ->> '_' = 'RANGETBLREF'
$$;
revoke all on function audit.join_items(jsonb) from public;
