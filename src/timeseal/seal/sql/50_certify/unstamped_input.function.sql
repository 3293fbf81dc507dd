-- purpose: what an entrypoint shows that can change without moving a version; while there is one, every run hashes every row
-- grain: one row per relation or inspected function
-- reads: the closures, audit.allowed_function
-- writes: nothing
-- time: none
create or replace function audit.unstamped_input(p_relid oid) returns table (object text)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select r.fqn
  from audit.read_closure(p_relid) as r
  join pg_class as c on c.oid = r.relid
  where r.relkind not in ('r', 'p', 'm') or c.relpersistence <> 'p'
    -- without event triggers nothing counts what REFRESH … CONCURRENTLY writes
    or (r.relkind = 'm' and audit.protection_class() <> 'full')
  union all
  -- a person vouched for the function, not for what it reads; one of the server's own leaves no trace in the closure
  select a.funcid::regprocedure::text
  from audit.allowed_function as a
  where a.funcid < 16384 or exists (
    select 1
    from audit.closure_walk(p_relid, 'build') as b
    where b.classid = 'pg_proc'::regclass and b.objid = a.funcid
  )
$$;
revoke all on function audit.unstamped_input(oid) from public;
