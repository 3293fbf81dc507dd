-- purpose: order gate: the expressions that a list of sort or group clauses refers to
-- grain: one jsonb array of expression nodes
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.clause_expressions(p_clauses jsonb, p_targets jsonb) returns jsonb
language sql
immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_agg(t.entry #> '{expr,0}' order by c.ordinality), '[]'::jsonb)
  from jsonb_array_elements(case when jsonb_typeof(p_clauses) = 'array' then p_clauses else '[]' end)
    with ordinality as c (clause, ordinality)
  join jsonb_array_elements(case when jsonb_typeof(p_targets) = 'array' then p_targets else '[]' end)
    as t (entry) on t.entry #>> '{ressortgroupref,0}' = c.clause #>> '{tleSortGroupRef,0}'
$$;
revoke all on function audit.clause_expressions(jsonb, jsonb) from public;
