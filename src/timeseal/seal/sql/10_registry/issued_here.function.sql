-- purpose: whether a certificate was issued by this server for this database, and not restored or copied into it
-- grain: one certificate
-- reads: the start of the server; after another start, its control file
-- writes: nothing
-- time: none
create or replace function audit.issued_here(p_database_oid oid, p_server_started_at timestamptz, p_system_identifier bigint)
returns boolean
language sql
parallel safe
as $$
  -- small counters alone are no identity: another server gives the same numbers to its first database and its objects. The
  -- instant of a start names the server as its identifier does, and is in memory: a read of the control file costs a point
  -- read more than the rest of its search. Volatile, as the function that reads that file is declared: so it is inlined
  select (
      p_server_started_at = pg_catalog.pg_postmaster_start_time()
      or p_system_identifier = (pg_catalog.pg_control_system()).system_identifier
    )
    and p_database_oid = pg_catalog.split_part(
      pg_catalog.pg_relation_filepath('pg_catalog.pg_class'::pg_catalog.regclass), '/', -2)::pg_catalog.oid;
$$;
revoke all on function audit.issued_here(oid, timestamptz, bigint) from public;
