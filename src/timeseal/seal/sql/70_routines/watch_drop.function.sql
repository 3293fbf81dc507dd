-- purpose: void the certificates whose closure lost an object
-- grain: one dropping command
-- reads: audit.entrypoint, audit.t0_cert_run, the catalogue
-- writes: audit.stamp
-- time: none
create or replace function audit.watch_drop() returns event_trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select 1
    from pg_event_trigger_dropped_objects() as d
    where d.object_type not in ('index', 'toast table', 'statistics object')
      and not coalesce(d.is_temporary, false)
      and not audit.is_shadow_schema(d.schema_name)
  ) then
    perform audit.void_changed_definitions(tg_tag || ' by ' || session_user);
  end if;
end
$$;
