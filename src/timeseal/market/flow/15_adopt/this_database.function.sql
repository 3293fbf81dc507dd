-- purpose: which database this is, of which cluster: a restored dump or a copy is another one
-- grain: one text
-- reads: pg_catalog.pg_control_system, pg_catalog.pg_database
-- writes: nothing
-- time: none
create or replace function raw.this_database() returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select c.system_identifier || '/' || d.oid
  from pg_control_system() as c
  cross join pg_database as d
  where d.datname = current_database();
$$;
