-- purpose: order gate: picks of a query (LIMIT, DISTINCT ON) whose order leaves ties
-- grain: one row per doubtful pick: subject, what was found
-- reads: system catalogues, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.order_of_query(p_query jsonb, p_ctes jsonb)
returns table (subject text, found text)
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
declare
  v_targets jsonb := p_query #> '{targetList,0}';
  v_sort jsonb := audit.clause_expressions(p_query #> '{sortClause,0}', v_targets);
  v_ties boolean := p_query #>> '{limitOption,0}' = '1' and jsonb_typeof(p_query #> '{limitOffset,0}') = 'null';
  v_pick text;
begin
  v_pick := case
    when p_query #>> '{hasDistinctOn,0}' = 'true' then 'DISTINCT ON'
    when jsonb_typeof(p_query #> '{limitCount,0}') <> 'null' and not v_ties
      and p_query #>> '{limitCount,0,constisnull,0}' is distinct from 'true' then 'LIMIT'
    when jsonb_typeof(p_query #> '{limitOffset,0}') <> 'null' then 'OFFSET'
  end;
  -- the pick of DISTINCT ON itself must not be taken as proof that one row remains
  if v_pick is null
    or audit.picks_one(case v_pick when 'DISTINCT ON' then p_query - 'distinctClause' else p_query end, v_sort, p_ctes)
    or audit.outputs_fixed(p_query, v_targets, v_sort, p_ctes) then
    return;
  end if;
  return query select v_pick, case when v_sort = '[]' then 'no ORDER BY' else 'an ORDER BY that may leave ties' end;
end
$$;
revoke all on function audit.order_of_query(jsonb, jsonb) from public;
