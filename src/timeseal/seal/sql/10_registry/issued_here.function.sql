-- purpose: whether a certificate was issued by this server for this database, and not restored or copied into it
-- grain: one certificate
-- reads: the control file of the server
-- writes: nothing
-- time: none
create or replace function audit.issued_here(p_database_oid oid, p_system_identifier bigint) returns boolean
language sql
parallel safe
as $$
  -- small counters alone are no identity: another server gives the same numbers to its first database and its objects.
  -- Volatile, as the function that reads the control file is declared: so it is inlined into the guard
  select p_system_identifier = (pg_catalog.pg_control_system()).system_identifier
    and p_database_oid = pg_catalog.split_part(
      pg_catalog.pg_relation_filepath('pg_catalog.pg_class'::pg_catalog.regclass), '/', -2)::pg_catalog.oid;
$$;
revoke all on function audit.issued_here(oid, bigint) from public;
