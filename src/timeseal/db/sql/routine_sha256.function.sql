-- purpose: digest of all that a routine does: signature, language, body and settings; not its owner or its grants
-- grain: one routine; NULL when there is none
-- reads: pg_catalog.pg_proc
-- writes: nothing
-- time: none
create or replace function audit.routine_sha256(p_routine oid) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select encode(sha256(convert_to(jsonb_build_array(
    p.oid::regprocedure::text, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.prokind, l.lanname,
    p.prosrc, p.probin, pg_get_function_sqlbody(p.oid), p.proconfig, p.prosecdef, p.proleakproof, p.provolatile,
    p.proparallel, p.proisstrict, p.prosupport::regproc::text)::text, 'UTF8')), 'hex')
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_language as l on l.oid = p.prolang
  where p.oid = p_routine;
$$;
