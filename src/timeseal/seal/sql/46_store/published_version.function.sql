-- purpose: which filling of a published materialized view stands: another after every REFRESH, of either kind
-- grain: one relation
-- reads: the row version of pg_catalog.pg_class
-- writes: nothing
-- time: none
create or replace function audit.published_version(p_relid oid) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select c.xmin::text || ' ' || c.relfilenode from pg_catalog.pg_class as c where c.oid = p_relid;
$$;
