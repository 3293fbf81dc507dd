-- purpose: remember routines as they are now: called by an installation for what it just created
-- grain: one row per routine of the given qualified names
-- reads: pg_catalog.pg_proc
-- writes: audit.installed_routine
-- time: none
create or replace function audit.record_routines(p_names text[]) returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  delete from audit.installed_routine as i
  where replace(split_part(i.routine, '(', 1), '"', '') = any (p_names);
  insert into audit.installed_routine (routine, sha256)
  select p.oid::regprocedure::text, audit.routine_sha256(p.oid)
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  where n.nspname || '.' || p.proname = any (p_names);
$$;
