-- purpose: doctor: every routine of the engine does what the installed one did, and nothing was put beside them
-- grain: one finding per routine
-- reads: audit.installed_routine, pg_catalog.pg_proc
-- writes: nothing
-- time: none
create or replace function audit.doctor_routines() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with present as (
    select p.routine, audit.routine_sha256(p.oid) as sha256
    from (select q.oid, q.pronamespace, q.oid::regprocedure::text as routine from pg_catalog.pg_proc as q) as p
    where p.pronamespace = 'audit'::regnamespace
      or exists (select 1 from audit.installed_routine as i where i.routine = p.routine)
  )
  select 'engine', 'blocking', coalesce(i.routine, p.routine), 'body',
    coalesce(left(i.sha256, 12) || '… as installed', 'no routine that no installation made'),
    coalesce(left(p.sha256, 12) || '… now', 'missing'),
    case when i.routine is null then 'drop routine ' || p.routine || ', or: ' else '' end
      || 'timeseal db create ' || current_database() || ' --repair'
  from audit.installed_routine as i
  full join present as p on p.routine = i.routine
  where i.sha256 is distinct from p.sha256;
$$;
