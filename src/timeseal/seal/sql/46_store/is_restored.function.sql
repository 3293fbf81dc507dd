-- purpose: whether this database was restored from a dump: it has certificates of another, or entrypoints with other oids
-- grain: one database
-- reads: audit.entrypoint, audit.t0_cert_run
-- writes: nothing
-- time: none
create or replace function audit.is_restored() returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select (
      exists (select 1 from audit.t0_cert_run as r)
      or exists (
        select 1 from audit.entrypoint as e
        where e.retired_at is null and to_regclass(e.entrypoint)::oid is distinct from e.relid
          and to_regclass(e.entrypoint) is not null))
    -- a view that was dropped and made again in a database with a history of its own is a change, not a restore
    and not exists (
      select 1 from audit.t0_cert_run as r where audit.issued_here(r.database_oid, r.server_started_at, r.system_identifier));
$$;
revoke all on function audit.is_restored() from public;
