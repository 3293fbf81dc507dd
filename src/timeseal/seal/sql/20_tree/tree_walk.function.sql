-- purpose: the nodes of a parse tree, each with the query it belongs to
-- grain: one row per node; rounded = below round(numeric, scale); query_path null = outside any query
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.tree_walk(p_tree jsonb)
returns table (path text, query_path text, rounded boolean, tag text, node jsonb)
language sql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
  with recursive walk as (
    select ''::text as path, null::text as query_path, false as rounded, p_tree as node
    union all
    select
      w.path || '/' || c.step,
      case when w.node ->> '_' = 'QUERY' then w.path else w.query_path end,
      w.rounded or coalesce(w.node ->> '_' = 'FUNCEXPR' and w.node #>> '{funcid,0}' = '1707', false),
      c.child
    from walk as w
    cross join lateral (
      select f.key || '.' || v.ordinality as step, v.value as child
      from jsonb_each(case when jsonb_typeof(w.node) = 'object' then w.node else '{}' end) as f
      cross join lateral jsonb_array_elements(
        case when jsonb_typeof(f.value) = 'array' then f.value else '[]' end
      ) with ordinality as v
      where jsonb_typeof(v.value) in ('object', 'array')
      union all
      select v.ordinality::text, v.value
      from jsonb_array_elements(
        case when jsonb_typeof(w.node) = 'array' then w.node else '[]' end
      ) with ordinality as v
      where jsonb_typeof(v.value) in ('object', 'array')
    ) as c
  )
  select w.path, w.query_path, w.rounded, w.node ->> '_', w.node
  from walk as w
  where jsonb_typeof(w.node) = 'object'
$$;
revoke all on function audit.tree_walk(jsonb) from public;
