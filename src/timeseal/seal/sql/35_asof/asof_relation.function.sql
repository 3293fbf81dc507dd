-- purpose: a relation's name as it must stand in a statement, whatever the search_path of who runs it
-- grain: one relation
-- reads: pg_catalog
-- writes: nothing
-- time: none
create or replace function audit.asof_relation(p_relation regclass) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  -- pg_temp is the running session's own, so one statement serves several sessions
  return (
    select format('%I.%I', case when c.relnamespace = pg_my_temp_schema() then 'pg_temp' else n.nspname end, c.relname)
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.oid = p_relation
  );
end
$$;
