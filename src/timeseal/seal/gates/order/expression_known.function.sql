-- purpose: order gate: whether known columns fix the value of an expression
-- grain: one expression of one query; columns of outer queries are fixed
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.expression_known(p_query jsonb, p_node jsonb, p_known text[])
returns boolean
language sql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select not exists (
    select 1
    from audit.tree_walk(p_node) as w
    left join lateral (
      -- a group variable of newer servers stands for an expression: look into it
      select audit.resolved_column(p_query, w.node) as name
    ) as c on true
    where w.tag in ('SUBLINK', 'AGGREF', 'WINDOWFUNC', 'GROUPINGFUNC', 'QUERY')
      or w.tag = 'VAR' and w.node #>> '{varlevelsup,0}' = '0'
        and (
          c.name is null
          or not coalesce(c.name = any (p_known) or split_part(c.name, '.', 1) || '.*' = any (p_known), false)
        )
  )
$$;
revoke all on function audit.expression_known(jsonb, jsonb, text[]) from public;
