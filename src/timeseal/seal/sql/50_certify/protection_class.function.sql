-- purpose: which class of protection watches definitions: an event trigger (full) or catalogue row versions (owner-only)
-- grain: one database
-- reads: pg_catalog.pg_event_trigger
-- writes: nothing
-- time: none
create or replace function audit.protection_class() returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select case when exists (
    select 1
    from pg_catalog.pg_event_trigger as t
    where t.evtname in ('timeseal_watch_ddl', 'timeseal_watch_drop') and t.evtenabled = 'A'
    having count(*) = 2
  ) then 'full' else 'owner-only' end;
$$;
