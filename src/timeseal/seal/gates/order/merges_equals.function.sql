-- purpose: order gate: whether a query leaves one of several equal rows: DISTINCT, UNION, INTERSECT, EXCEPT
-- grain: one query; UNION ALL and DISTINCT ON merge nothing
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.merges_equals(p_query jsonb) returns boolean
language sql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
  with recursive step as (
    select p_query #> '{setOperations,0}' as node
    union all
    select c.child
    from step as s
    cross join lateral (values (s.node #> '{larg,0}'), (s.node #> '{rarg,0}')) as c (child)
    where s.node ->> '_' = 'SETOPERATIONSTMT'
  )
  select jsonb_typeof(p_query #> '{distinctClause,0}') = 'array' and p_query #>> '{hasDistinctOn,0}' = 'false'
    or exists (
      select 1
      from step as s
      where s.node ->> '_' = 'SETOPERATIONSTMT'
        -- 1 is UNION
        and (s.node #>> '{op,0}' <> '1' or s.node #>> '{all,0}' <> 'true')
    )
$$;
revoke all on function audit.merges_equals(jsonb) from public;
