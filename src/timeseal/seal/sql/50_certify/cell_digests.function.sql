-- purpose: the SQL expression of one small number per column of a row: equal cells give equal numbers, NULL gives NULL
-- grain: one relation; the array has a place per column, in column order
-- reads: system catalogues
-- writes: nothing
-- time: none; the numbers find a changed cell, they certify nothing
create or replace function audit.cell_digests(p_relation oid, p_alias text, p_columns text[] default null) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'array[' || string_agg(
    format(
      -- booleans and small integers stand for themselves, so that their old value can be told
      case c.wire
        when 'bool' then '(%s)::integer'
        when 'int2' then '(%s)::integer'
        when 'int4' then '(%s)::integer'
        when 'int8' then 'hashint8(%s)'
        when 'float4' then 'hashfloat4(%s)'
        when 'float8' then 'hashfloat8(%s)'
        when 'text' then 'hashtext((%s) collate "C")'
        else 'case when %1$s is not null then hash_record(row(%1$s)) end'
      end,
      c.expression
    ),
    ', ' order by c.attnum
  ) || ']::integer[]'
  from audit.tsf1_columns(p_relation, p_alias) as c
  where p_columns is null or c.column_name = any (p_columns)
$$;
revoke all on function audit.cell_digests(oid, text, text[]) from public;
