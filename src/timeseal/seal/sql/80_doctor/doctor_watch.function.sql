-- purpose: doctor: watchers of definitions that were installed are there, whole and active
-- grain: one finding per watcher
-- reads: pg_catalog.pg_event_trigger, audit.install_file
-- writes: nothing
-- time: none
create or replace function audit.doctor_watch() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'watch', 'blocking', w.name, 'event trigger', format('calls %s for every command, enabled always', w.routine),
    coalesce(format('calls %s, tags %s, enabled %s', t.evtfoid::regprocedure, coalesce(t.evttags::text, 'all'), t.evtenabled),
      'dropped after the installation'),
    'as superuser: timeseal db create ' || current_database() || ' --repair'
  from (values
    ('timeseal_watch_ddl', 'ddl_command_end', 'audit.watch_ddl()'),
    ('timeseal_watch_drop', 'sql_drop', 'audit.watch_drop()')) as w (name, event, routine)
  left join pg_catalog.pg_event_trigger as t on t.evtname = w.name
  where (t.evtname is not null or exists (
      select 1 from audit.install_file as f where f.name like '%watch\_ddl.superuser.sql'))
    and (t.evtenabled = 'A' and t.evttags is null and t.evtevent = w.event
      and t.evtfoid = to_regprocedure(w.routine)) is not true;
$$;
