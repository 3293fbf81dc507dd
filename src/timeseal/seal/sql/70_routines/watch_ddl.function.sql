-- purpose: void the certificates whose definition closure a DDL command changed, in the transaction of that command
-- grain: one DDL command
-- reads: audit.entrypoint, audit.t0_cert_run, the catalogue
-- writes: audit.stamp
-- time: none
create or replace function audit.watch_ddl() returns event_trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_tag = 'DROP TABLE' then
    return; -- audit.watch_drop sees all that went with it, and knows which tables were temporary
  end if;
  -- judged by the collected commands, not by the outer tag: CREATE SCHEMA can carry a GRANT; and a command that
  -- collects nothing (a DROP) is no proof that nothing changed; REASSIGN OWNED fires no trigger at all
  perform audit.advance_stamp(r.objid, 'REFRESH MATERIALIZED VIEW by ' || session_user)
  from (
    select distinct c.objid
    from pg_event_trigger_ddl_commands() as c
    join audit.stamp as s on s.relid = c.objid
    where c.command_tag = 'REFRESH MATERIALIZED VIEW'
  ) as r;
  if exists (select 1 from pg_event_trigger_ddl_commands() as c) and not exists (
    select 1
    from pg_event_trigger_ddl_commands() as c
    where (
        c.command_tag not in ('CREATE INDEX', 'COMMENT', 'CREATE STATISTICS', 'REINDEX', 'CREATE SCHEMA',
          'CREATE SEQUENCE', 'REFRESH MATERIALIZED VIEW')
        -- an index of an operator class of one's own brings the functions of that class
        or exists (
          select 1
          from pg_index as i
          where c.classid = 'pg_class'::regclass and i.indexrelid = c.objid and 16384 <= any (i.indclass::oid[])
        )
      )
      and c.schema_name is distinct from 'pg_temp'
      and not audit.is_shadow_schema(c.schema_name)
  ) then
    return;
  end if;
  perform audit.void_changed_definitions(tg_tag || ' by ' || session_user);
end
$$;
