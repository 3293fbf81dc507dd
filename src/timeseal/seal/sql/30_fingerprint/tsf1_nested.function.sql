-- purpose: format TSF1 for values with parts: arrays, ranges and composites become framed bytes
-- grain: one SQL expression; null when the type has no parts
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.tsf1_nested(p_type oid, p_expression text, p_column text)
returns table (expression text, rendering text)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_type pg_type;
  v_subtype oid;
  v_part record;
begin
  select t.* into v_type from pg_type as t where t.oid = p_type;
  if v_type.typsubscript = 'array_subscript_handler'::regproc
    -- unnest would spread the fields of a composite over columns
    and not exists (select 1 from pg_type as i where i.oid = audit.base_type(v_type.typelem) and i.typtype = 'c') then
    select e.expression, e.rendering into v_part
    from audit.tsf1_expression(v_type.typelem, -1, 'u.e', p_column) as e;
    return query select
      format(
        'case when %1$s is not null then int4send(coalesce(array_ndims(%1$s), 0)) || coalesce('
        '(select string_agg(int4send(case when array_lower(%1$s, d) = %3$s then array_length(%1$s, d) '
        'else audit.refuse_bounds(%4$L, (%1$s)::text) end), ''''::bytea order by d) '
        'from generate_series(1, array_ndims(%1$s)) as d), ''''::bytea) || coalesce('
        '(select string_agg(record_send(row(%2$s)), ''''::bytea order by u.o) '
        'from unnest(%1$s) with ordinality as u (e, o)), ''''::bytea) end',
        p_expression, v_part.expression,
        case when p_type in ('int2vector'::regtype, 'oidvector'::regtype) then 0 else 1 end, p_column),
      'array of ' || v_part.rendering;
  elsif v_type.typtype = 'r' then
    select r.rngsubtype into v_subtype from pg_range as r where r.rngtypid = p_type;
    return query select
      format(
        'case when %1$s is not null then record_send(row(isempty(%1$s), lower_inc(%1$s), '
        'upper_inc(%1$s), %2$s, %3$s)) end',
        p_expression, l.expression, u.expression),
      'range of ' || l.rendering
    from audit.tsf1_expression(v_subtype, -1, format('lower(%s)', p_expression), p_column) as l
    cross join audit.tsf1_expression(v_subtype, -1, format('upper(%s)', p_expression), p_column) as u;
  elsif v_type.typtype = 'c' then
    return query select
      -- a composite whose fields are all null "is null" and yet is a value: its text tells
      format(
        'case when (%1$s)::text is not null then record_send(row(%2$s)) end',
        p_expression, string_agg(e.expression, ', ' order by a.attnum)),
      'composite of ' || string_agg(format('%I %s', a.attname, e.rendering), ', ' order by a.attnum)
    from pg_attribute as a
    cross join lateral audit.tsf1_expression(
      a.atttypid, a.atttypmod, format('(%s).%I', p_expression, a.attname), p_column
    ) as e
    where a.attrelid = v_type.typrelid and a.attnum > 0 and not a.attisdropped;
  end if;
end
$$;
revoke all on function audit.tsf1_nested(oid, text, text) from public;
