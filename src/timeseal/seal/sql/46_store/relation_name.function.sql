-- purpose: the quoted, schema-qualified name of a relation, whatever the search_path
-- grain: one relation
-- reads: pg_catalog.pg_class
-- writes: nothing
-- time: none
create or replace function audit.relation_name(p_relid oid) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select format('%I.%I', n.nspname, c.relname)
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.oid = p_relid;
$$;
