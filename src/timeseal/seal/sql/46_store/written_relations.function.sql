-- purpose: the relations whose writes a seal has to count: what a view reads, and the parents it can be written through
-- grain: one row per relation
-- reads: the read closure, pg_catalog.pg_inherits
-- writes: nothing
-- time: none
create or replace function audit.written_relations(p_relid oid) returns table (relid oid)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select r.relid
  from audit.read_closure(p_relid) as r
  union
  select a.relid
  from audit.read_closure(p_relid) as r
  cross join lateral audit.table_ancestors(r.relid) as a;
$$;
revoke all on function audit.written_relations(oid) from public;
