-- purpose: advance one version; every certificate that recorded the older one is void from then on
-- grain: one relation
-- reads: audit.stamp
-- writes: audit.stamp
-- time: none
create or replace function audit.advance_stamp(p_relid oid, p_cause text) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
  insert into audit.stamp as s (relid, version, cause)
  values (p_relid, 1, p_cause)
  on conflict (relid) do update
  set version = s.version + 1, cause = excluded.cause;
$$;
