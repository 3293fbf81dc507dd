-- purpose: the declared name of an entrypoint given by relation, schema-qualified whatever the search_path
-- grain: one relation
-- reads: audit.entrypoint, pg_catalog.pg_class
-- writes: nothing
-- time: none
create or replace function audit.entrypoint_of(p_relation regclass) returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
    (select e.entrypoint from audit.entrypoint as e where p_relation::oid in (e.relid, e.guarded_relid)),
    (select format('%I.%I', n.nspname, k.relname)
      from pg_catalog.pg_class as k
      join pg_catalog.pg_namespace as n on n.oid = k.relnamespace
      where k.oid = p_relation::oid));
$$;
