-- purpose: order gate: the arguments of a call that tells equal values apart, where equal values may be written differently
-- grain: one row per argument
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.told_argument(p_node jsonb) returns table (arg jsonb)
language sql
stable strict
set search_path = pg_catalog, pg_temp
as $$
  select x.arg
  from (
    select coalesce(a.arg #> '{expr,0}', a.arg) as arg
    from jsonb_array_elements(
      case when jsonb_typeof(p_node #> '{args,0}') = 'array' then p_node #> '{args,0}' else '[]' end
    ) as a (arg)
    union all
    select p_node #> '{arg,0}' where jsonb_typeof(p_node #> '{arg,0}') = 'object'
  ) as x
  where p_node ->> '_' in (
      'FUNCEXPR', 'OPEXPR', 'AGGREF', 'WINDOWFUNC', 'COERCEVIAIO', 'ARRAYCOERCEEXPR', 'XMLEXPR', 'JSONCONSTRUCTOREXPR'
    )
    and audit.loose_value(x.arg) is not null
    and audit.tells_apart(p_node)
$$;
revoke all on function audit.told_argument(jsonb) from public;
