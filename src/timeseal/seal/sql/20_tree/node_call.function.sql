-- purpose: every function that running an expression node runs, also behind operators and casts
-- grain: one row per function
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.node_call(p_node jsonb) returns table (funcid oid)
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  -- most nodes call nothing
  if not (p_node ?| array['funcid', 'opfuncid', 'winfnoid', 'aggfnoid', 'startInRangeFunc', 'endInRangeFunc',
      'opno', 'eqop', 'sortop'] or p_node ->> '_' in ('ROWCOMPAREEXPR', 'COERCEVIAIO')) then
    return;
  end if;
  return query
  select v.value::oid
  from unnest(array['funcid', 'opfuncid', 'winfnoid', 'aggfnoid', 'startInRangeFunc', 'endInRangeFunc'])
    as f (name)
  cross join lateral (values (p_node -> f.name ->> 0)) as v (value)
  where v.value::oid <> 0
  union
  select o.oprcode::oid
  from unnest(array['opno', 'eqop', 'sortop']) as f (name)
  join pg_operator as o on o.oid = (p_node -> f.name ->> 0)::oid
  union
  select o.oprcode::oid
  from jsonb_array_elements_text(
    case when p_node ->> '_' = 'ROWCOMPAREEXPR' then p_node #> '{opnos,0}' else '[]' end
  ) as n (op)
  join pg_operator as o on o.oid = n.op::oid
  union
  select x.fn::oid
  from pg_aggregate as a
  cross join lateral (values
    (a.aggtransfn), (a.aggfinalfn), (a.aggcombinefn), (a.aggserialfn), (a.aggdeserialfn),
    (a.aggmtransfn), (a.aggminvtransfn), (a.aggmfinalfn)
  ) as x (fn)
  where x.fn::oid <> 0
    and a.aggfnoid::oid in ((p_node #>> '{aggfnoid,0}')::oid, (p_node #>> '{winfnoid,0}')::oid)
  union
  select x.fn::oid
  from (values
    ((p_node #>> '{resulttype,0}')::oid, 'in'),
    (audit.node_type(p_node #> '{arg,0}'), 'out')
  ) as c (typ, way)
  join pg_type as t on t.oid = c.typ
  cross join lateral (values (case c.way when 'in' then t.typinput else t.typoutput end)) as x (fn)
  where p_node ->> '_' = 'COERCEVIAIO';
end
$$;
revoke all on function audit.node_call(jsonb) from public;
