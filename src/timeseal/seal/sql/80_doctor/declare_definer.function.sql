-- purpose: say that a routine which lends rights was read, and why it may stay; for the owner of the engine
-- grain: one routine, as it is now
-- reads: pg_catalog.pg_proc
-- writes: audit.declared_definer
-- time: none
create or replace function audit.declare_definer(p_routine regprocedure, p_reason text) returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  insert into audit.declared_definer (routine, sha256, reason)
  values (p_routine::text, audit.routine_sha256(p_routine), p_reason)
  on conflict (routine) do update set sha256 = excluded.sha256, reason = excluded.reason;
$$;
