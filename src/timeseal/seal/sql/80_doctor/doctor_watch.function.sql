-- purpose: doctor: the watchers of definitions are there and active
-- grain: one finding per watcher
-- reads: pg_catalog.pg_event_trigger
-- writes: nothing
-- time: none
create or replace function audit.doctor_watch() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'watch', case when t.evtname is null then 'warning' else 'blocking' end, w.name, 'event trigger', 'enabled always',
    case when t.evtname is null then 'not installed: protection class owner-only' else 'enabled ' || t.evtenabled::text end,
    case when t.evtname is null then 'as superuser: timeseal db create' else
      format('alter event trigger %I enable always', w.name) end
  from unnest(array['timeseal_watch_ddl', 'timeseal_watch_drop']) as w (name)
  left join pg_catalog.pg_event_trigger as t on t.evtname = w.name
  where t.evtname is null or t.evtenabled <> 'A';
$$;
