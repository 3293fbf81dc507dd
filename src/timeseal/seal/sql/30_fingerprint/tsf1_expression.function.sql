-- purpose: format TSF1: how a value of one type is projected so that equal values are equal bytes
-- grain: one SQL expression, its wire type and its rendering; a type without one is refused
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.tsf1_expression(
  p_type oid, p_typmod integer, p_expression text, p_column text
) returns table (expression text, wire text, rendering text)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_type pg_type;
begin
  select t.* into v_type from pg_type as t where t.oid = p_type;
  if v_type.typtype = 'd' then
    return query
    select e.expression, e.wire, e.rendering
    from audit.tsf1_expression(
      v_type.typbasetype, v_type.typtypmod,
      format('(%s)::%s', p_expression, format_type(v_type.typbasetype, v_type.typtypmod)), p_column
    ) as e;
    return;
  end if;
  return query
  select n.expression, 'bytea'::text, n.rendering
  from audit.tsf1_nested(p_type, p_expression, p_column) as n;
  if found then
    return;
  end if;
  return query
  select format(r.form, p_expression), r.wire, coalesce(r.tag, r.wire)
  from (values
    -- wire types: sent as they are
    (array['bool', 'int2', 'int4', 'int8', 'uuid', 'bytea', 'date', 'timestamp', 'timestamptz', 'text'],
      '%s', v_type.typname::text, null),
    -- minus zero becomes zero; every not-a-number becomes the one the server writes itself
    (array['float4'], 'float4smaller(%s, ''NaN'') + ''0''::float4',
      'float4', null),
    (array['float8'], 'float8smaller(%s, ''NaN'') + ''0''::float8',
      'float8', null),
    (array['numeric'], case when p_typmod >= 0 then '(%s)::text' else 'trim_scale(%s)::text' end, 'text',
      format_type(v_type.oid, p_typmod)),
    (array['varchar', 'name', 'char', 'citext'], '(%s)::text', 'text', null),
    (array['bpchar'], '(%s)::text', 'text', 'char'),
    (array['bit', 'varbit', 'inet', 'cidr', 'macaddr', 'macaddr8'], '(%s)::text', 'text',
      v_type.typname::text),
    (array['jsonb'], 'audit.jsonb_normal(%s)', 'text', 'jsonb'),
    (array['oid'], '(%s)::int8', 'int8', 'oid'),
    (array['interval'], 'interval_send(%s)', 'bytea', 'interval'),
    (array['time'], 'time_send(%s)', 'bytea', 'time'),
    (array['timetz'], 'timetz_send(%s)', 'bytea', 'timetz')
  ) as r (names, form, wire, tag)
  where v_type.typname = any (r.names)
    and (v_type.typnamespace = 'pg_catalog'::regnamespace or v_type.typname = 'citext')
  union all
  select format('(%s)::text', p_expression), 'text', 'text'
  where v_type.typtype = 'e';
  if not found then
    raise exception 'TS003: column % has type %, which has no canonical bytes', p_column, format_type(p_type, null)
      using errcode = 'TS003',
        detail = 'expected: a type of format TSF1; found: ' || format_type(p_type, null),
        hint = format('Cast it in the view, for instance (%s)::text or (%s)::jsonb, and certify again.',
          p_column, p_column);
  end if;
end
$$;
revoke all on function audit.tsf1_expression(oid, integer, text, text) from public;
