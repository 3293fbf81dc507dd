-- purpose: the type of a column, a domain as what it stands on; a column that is not there is refused by name
-- grain: one column
-- reads: pg_catalog
-- writes: nothing
-- time: none
create or replace function audit.asof_column(p_relation regclass, p_column text) returns regtype
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_type oid;
begin
  select a.atttypid into v_type
  from pg_attribute as a
  where a.attrelid = p_relation and a.attname = p_column and a.attnum > 0 and not a.attisdropped;
  if v_type is null then
    perform audit.asof_refuse(
      format('%s has no column %s', audit.asof_relation(p_relation), coalesce(quote_ident(p_column), 'NULL')),
      (select 'one of ' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute as a
        where a.attrelid = p_relation and a.attnum > 0 and not a.attisdropped),
      coalesce(quote_ident(p_column), 'NULL'), 'Names are exact, capitals included.');
  end if;
  while exists (select 1 from pg_type as t where t.oid = v_type and t.typtype = 'd') loop
    select t.typbasetype into v_type from pg_type as t where t.oid = v_type;
  end loop;
  return case v_type when 'varchar'::regtype then 'text'::regtype else v_type end;
end
$$;
