-- purpose: order gate: why an aggregate or window call may depend on the order of rows, null if it cannot
-- grain: one AGGREF or WINDOWFUNC node of one query
-- reads: system catalogues, audit.materialisation, audit.allowed_function
-- writes: nothing
-- time: none
create or replace function audit.order_of_call(p_query jsonb, p_node jsonb, p_ctes jsonb) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_function pg_proc;
  v_name text;
  v_targets jsonb := p_query #> '{targetList,0}';
  -- under grouping sets a group may hold more than its expressions say
  v_group jsonb := case when jsonb_typeof(p_query #> '{groupingSets,0}') = 'array' then '[]'::jsonb
    else audit.clause_expressions(p_query #> '{groupClause,0}', p_query #> '{targetList,0}') end;
  v_window jsonb;
  v_fixed jsonb;
begin
  select p.* into v_function
  from pg_proc as p
  where p.oid = coalesce(p_node #>> '{aggfnoid,0}', p_node #>> '{winfnoid,0}')::oid;
  v_name := case when v_function.pronamespace = 'pg_catalog'::regnamespace then v_function.proname end;
  if exists (select 1 from audit.allowed_function as a where a.funcid = v_function.oid) then
    return null;
  elsif v_name is null then
    return 'an aggregate or window function of its own making';
  elsif v_name ~ '^(sum|avg|stddev|stddev_pop|stddev_samp|variance|var_pop|var_samp|corr|covar_pop|covar_samp|regr_(sxx|sxy|syy|avgx|avgy|r2|slope|intercept))$'
    and v_function.proargtypes::oid[] && array['float4'::regtype::oid, 'float8'::regtype::oid] then
    return 'a sum of floats, which depends on the order of the rows';
  elsif p_node ->> '_' = 'AGGREF' then
    if v_name !~ '^(array_agg|string_agg|jsonb?_(agg|object_agg)(_strict|_unique|_unique_strict)?|xmlagg|any_value)$'
      or jsonb_typeof(p_node #> '{aggdistinct,0}') = 'array' then
      return null;
    end if;
    v_fixed := audit.clause_expressions(p_node #> '{aggorder,0}', p_node #> '{args,0}') || v_group;
    if p_node #>> '{agglevelsup,0}' = '0' and p_query is not null
      and (
        'rows' = any (audit.known_columns(p_query, v_fixed, p_ctes))
        or audit.outputs_fixed(p_query, p_node #> '{args,0}', v_fixed, p_ctes)
      ) then
      return null;
    end if;
    return 'a list in the order of arrival, or in an order that may leave ties';
  end if;
  select w.clause into v_window
  from jsonb_array_elements(p_query #> '{windowClause,0}') as w (clause)
  where w.clause #>> '{winref,0}' = p_node #>> '{winref,0}';
  v_fixed := audit.clause_expressions(v_window #> '{partitionClause,0}', v_targets)
    || audit.clause_expressions(v_window #> '{orderClause,0}', v_targets);
  -- frame option bits: 4 ROWS, 32 from the start, 256 to the end of the partition
  if v_name in ('rank', 'dense_rank', 'percent_rank', 'cume_dist')
    or p_node #>> '{winagg,0}' = 'true'
      and v_name !~ '^(array_agg|string_agg|jsonb?_(agg|object_agg).*|xmlagg|any_value)$'
      and (
        (v_window #>> '{frameOptions,0}')::integer & 4 = 0
        or (v_window #>> '{frameOptions,0}')::integer & 288 = 288
      )
    -- windows are computed before DISTINCT
    or audit.picks_one(p_query - 'distinctClause', v_fixed, p_ctes) then
    return null;
  elsif v_name in ('first_value', 'last_value', 'nth_value')
    and audit.outputs_fixed(p_query, (
      select jsonb_agg(jsonb_build_object('expr', jsonb_build_array(a.arg), 'resjunk', '["false"]'::jsonb))
      from jsonb_array_elements(p_node #> '{args,0}') as a (arg)
    ), v_fixed, p_ctes) then
    return null;
  end if;
  return 'a rank, pick or running value over an order that may leave ties';
end
$$;
revoke all on function audit.order_of_call(jsonb, jsonb, jsonb) from public;
