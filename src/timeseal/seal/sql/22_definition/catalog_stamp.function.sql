-- purpose: a cheap digest that changes with any DDL on the closure, where no event trigger can watch
-- grain: one entrypoint
-- reads: row versions of system catalogues, audit.entrypoint, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.catalog_stamp(p_entrypoint oid) returns text
language sql
stable strict
set search_path = pg_catalog, pg_temp
as $$
  select audit.catalog_stamp_of(m.classids, m.objids) from audit.catalog_members(p_entrypoint) as m
$$;
revoke all on function audit.catalog_stamp(oid) from public;
