-- purpose: the canonical projection of a relation, column by column
-- grain: one row per live column, in column order
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.tsf1_columns(p_relation oid, p_alias text)
returns table (attnum smallint, column_name text, wire text, rendering text, expression text)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if getdatabaseencoding() <> 'UTF8' then
    raise exception 'TS003: the database is encoded in %, fingerprints need UTF8', getdatabaseencoding()
      using errcode = 'TS003',
        detail = 'expected: server encoding UTF8; found: ' || getdatabaseencoding(),
        hint = 'Create the database again with: createdb --encoding=UTF8 --template=template0';
  end if;
  return query
  select a.attnum, a.attname::text, e.wire, e.rendering, e.expression
  from pg_attribute as a
  cross join lateral audit.tsf1_expression(
    a.atttypid, a.atttypmod, format('%s.%I', p_alias, a.attname), quote_ident(a.attname)
  ) as e
  where a.attrelid = p_relation and a.attnum > 0 and not a.attisdropped
  order by a.attnum;
  if not found then
    raise exception 'TS003: relation % has no columns or does not exist', p_relation
      using errcode = 'TS003',
        detail = 'expected: a relation with columns; found: none',
        hint = 'Declare it again with: timeseal seal add SCHEMA.VIEW --key … --t0 …';
  end if;
end
$$;
revoke all on function audit.tsf1_columns(oid, text) from public;
