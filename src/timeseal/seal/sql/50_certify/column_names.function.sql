-- purpose: the columns of a relation in the order in which cell digests are kept
-- grain: one relation
-- reads: pg_catalog.pg_attribute
-- writes: nothing
-- time: none
create or replace function audit.column_names(p_relation oid) returns text[]
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select array_agg(a.attname::text order by a.attnum)
  from pg_attribute as a
  where a.attrelid = p_relation and a.attnum > 0 and not a.attisdropped
$$;
revoke all on function audit.column_names(oid) from public;
