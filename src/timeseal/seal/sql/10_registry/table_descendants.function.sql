-- purpose: the tables whose rows a statement on a table can write: the table itself, partitions, children
-- grain: one row per table
-- reads: pg_catalog.pg_inherits
-- writes: nothing
-- time: none
create or replace function audit.table_descendants(p_relid oid) returns table (relid oid)
language sql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
  with recursive below (relid) as (
    select p_relid
    union
    select h.inhrelid from below as b join pg_inherits as h on h.inhparent = b.relid
  )
  select b.relid from below as b;
$$;
revoke all on function audit.table_descendants(oid) from public;
