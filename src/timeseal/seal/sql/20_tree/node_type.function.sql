-- purpose: the type of the value that an expression node gives
-- grain: one node; null when the node does not say
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.node_type(p_node jsonb) returns oid
language plpgsql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return case
    when p_node ->> '_' = 'COLLATEEXPR' then audit.node_type(p_node #> '{arg,0}')
    when p_node ->> '_' = 'SUBLINK' and p_node #>> '{subLinkType,0}' = '4'
      then audit.node_type(p_node #> '{subselect,0,targetList,0,0,expr,0}')
    when p_node ->> '_' = 'SUBLINK' and p_node #>> '{subLinkType,0}' in ('0', '1', '2')
      or p_node ->> '_' in ('BOOLEXPR', 'NULLTEST', 'BOOLEANTEST', 'SCALARARRAYOPEXPR', 'ROWCOMPAREEXPR')
      then 'bool'::regtype
    when p_node ->> '_' = 'GROUPINGFUNC' then 'int4'::regtype
    else coalesce(
      p_node #>> '{vartype,0}', p_node #>> '{consttype,0}', p_node #>> '{funcresulttype,0}',
      p_node #>> '{opresulttype,0}', p_node #>> '{aggtype,0}', p_node #>> '{wintype,0}',
      p_node #>> '{resulttype,0}', p_node #>> '{casetype,0}', p_node #>> '{coalescetype,0}',
      p_node #>> '{minmaxtype,0}', p_node #>> '{array_typeid,0}', p_node #>> '{row_typeid,0}',
      p_node #>> '{paramtype,0}', p_node #>> '{refrestype,0}', p_node #>> '{typeId,0}'
    )::oid
  end;
end
$$;
revoke all on function audit.node_type(jsonb) from public;
