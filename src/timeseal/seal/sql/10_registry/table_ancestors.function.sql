-- purpose: the tables through which the rows of a table can be written under another name: partition roots, parents
-- grain: one row per ancestor, the table itself left out
-- reads: pg_catalog.pg_inherits
-- writes: nothing
-- time: none
create or replace function audit.table_ancestors(p_relid oid) returns table (relid oid)
language plpgsql
stable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  -- a function in SQL would be planned at every call
  return query
  with recursive above (relid) as (
    select h.inhparent from pg_inherits as h where h.inhrelid = p_relid
    union
    select h.inhparent from above as a join pg_inherits as h on h.inhrelid = a.relid
  )
  select a.relid from above as a join pg_class as c on c.oid = a.relid where c.relkind in ('r', 'p');
end
$$;
revoke all on function audit.table_ancestors(oid) from public;
