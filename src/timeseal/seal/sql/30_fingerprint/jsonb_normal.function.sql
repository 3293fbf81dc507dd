-- purpose: jsonb as text that is equal on equal values: 1.0 and 1.00 are one number
-- grain: one value; key order is the one jsonb keeps (length, then bytes)
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.jsonb_normal(p_value jsonb) returns text
language plpgsql
immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  -- most values hold no number with a superfluous zero: their own text is already normal
  if p_value::text !~ '\.[0-9]*0([],} ]|$)' then
    return p_value::text;
  end if;
  return case jsonb_typeof(p_value)
    when 'number' then trim_scale(p_value::numeric)::text
    when 'array' then (
      select '[' || coalesce(string_agg(audit.jsonb_normal(e.value), ', ' order by e.ordinality), '') || ']'
      from jsonb_array_elements(p_value) with ordinality as e
    )
    when 'object' then (
      select '{' || coalesce(
        string_agg(
          to_json(e.key)::text || ': ' || audit.jsonb_normal(e.value), ', '
          order by octet_length(e.key), e.key collate "C"
        ),
        ''
      ) || '}'
      from jsonb_each(p_value) as e
    )
    else p_value::text
  end;
end
$$;
revoke all on function audit.jsonb_normal(jsonb) from public;
