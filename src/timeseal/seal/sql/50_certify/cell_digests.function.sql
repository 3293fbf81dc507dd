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
      case
        -- booleans and small integers stand for themselves, so that their old value can be told
        when c.wire in ('bool', 'int2', 'int4') then '(%1$s)::integer'
        when c.wire = 'int8' then 'hashint8(%1$s)'
        -- these hash equal numbers equally however they are written, zeros and not-a-numbers too
        when c.wire = 'float4' then 'hashfloat4((%2$s.%3$I)::float4)'
        when c.wire = 'float8' then 'hashfloat8((%2$s.%3$I)::float8)'
        when c.rendering like 'numeric%' then 'hash_numeric((%2$s.%3$I)::numeric)'
        when c.wire = 'text' then 'hashtext((%1$s) collate "C")'
        else 'case when %1$s is not null then hash_record(row(%1$s)) end'
      end,
      c.expression, p_alias, c.column_name
    ),
    ', ' order by c.attnum
  ) || ']::integer[]'
  from audit.tsf1_columns(p_relation, p_alias) as c
  where p_columns is null or c.column_name = any (p_columns)
$$;
revoke all on function audit.cell_digests(oid, text, text[]) from public;
