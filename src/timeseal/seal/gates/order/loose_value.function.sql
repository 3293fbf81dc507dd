-- purpose: order gate: how values of an expression that are equal may differ; null, 'scale' or 'shown' as loose_type says
-- grain: one expression
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.loose_value(p_node jsonb) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_tag text := p_node ->> '_';
  v_loose text := audit.loose_type(
    audit.node_type(p_node),
    coalesce(p_node #>> '{vartypmod,0}', p_node #>> '{resulttypmod,0}', '-1')::integer,
    array(select (f.value ->> 0)::oid from jsonb_each(p_node) as f where f.key ~* 'coll(id|oid)$')
  );
  v_function pg_proc;
begin
  if v_loose is null or v_tag = 'CONST' then
    return null;
  elsif v_tag in ('ROWEXPR', 'COALESCEEXPR', 'MINMAXEXPR', 'CASEEXPR', 'COLLATEEXPR') then
    -- as loose as what it is made of; a foreign collation is loose by itself
    return case
      when v_tag = 'COLLATEEXPR' and audit.loose_value(p_node #> '{arg,0}') is null then v_loose
      else (
        select max(audit.loose_value(c.child))
        from (
          select a.child from jsonb_array_elements(
            case when v_tag in ('ROWEXPR', 'COALESCEEXPR', 'MINMAXEXPR') then p_node #> '{args,0}' else '[]' end
          ) as a (child)
          union all
          select w.clause #> '{result,0}'
          from jsonb_array_elements(case when v_tag = 'CASEEXPR' then p_node #> '{args,0}' else '[]' end) as w (clause)
          union all
          select e.child
          from (values (p_node #> '{defresult,0}'), (case when v_tag = 'COLLATEEXPR' then p_node #> '{arg,0}' end)) as e (child)
          where jsonb_typeof(e.child) = 'object'
        ) as c
      )
    end;
  elsif v_tag = 'FUNCEXPR' and v_loose = 'scale' then
    select p.* into v_function from pg_proc as p where p.oid = (p_node #>> '{funcid,0}')::oid;
    -- what gives its result a scale of its own
    if v_function.pronamespace = 'pg_catalog'::regnamespace
      and (
        v_function.prosrc in ('numeric_trim_scale', 'numeric_ceil', 'numeric_floor', 'int2_numeric', 'int4_numeric', 'int8_numeric')
        or v_function.proname in ('round', 'trunc', 'numeric') and v_function.prorettype = 'numeric'::regtype
          and coalesce(p_node #>> '{args,0,1,_}', 'CONST') = 'CONST'
        -- a float or an integer has one numeric
        or v_function.proname = 'numeric' and v_function.proargtypes::oid[] && array['float4'::regtype::oid, 'float8'::regtype::oid]
      ) then
      return null;
    end if;
  end if;
  return v_loose;
end
$$;
revoke all on function audit.loose_value(jsonb) from public;
