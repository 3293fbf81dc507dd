-- purpose: order gate: the common table expressions of a tree by name; ambiguous or recursive ones left out
-- grain: one jsonb object, name → query
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.tree_ctes(p_tree jsonb) returns jsonb
language sql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_object_agg(c.name, c.query), '{}'::jsonb)
  from (
    select w.node #>> '{ctename,0}' as name, min((w.node #> '{ctequery,0}')::text)::jsonb as query
    from audit.tree_walk(p_tree) as w
    where w.tag = 'COMMONTABLEEXPR'
    group by 1
    having count(*) = 1 and bool_and(w.node #>> '{cterecursive,0}' = 'false')
  ) as c
$$;
revoke all on function audit.tree_ctes(jsonb) from public;
