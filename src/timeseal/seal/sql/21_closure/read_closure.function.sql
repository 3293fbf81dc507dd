-- purpose: the stored relations an entrypoint reads at query time; a write to one of them voids
-- grain: one row per table, leaf, materialised view, foreign table or sequence
-- reads: system catalogues, audit.entrypoint
-- writes: nothing
-- time: none
create or replace function audit.read_closure(p_entrypoint oid)
returns table (relid oid, relkind "char", fqn text)
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select c.oid, c.relkind, audit.object_fqn(w.classid, w.objid)
  from audit.closure_walk(p_entrypoint, 'read') as w
  join pg_class as c on w.classid = 'pg_class'::regclass and c.oid = w.objid
  where c.relkind in ('r', 'p', 'm', 'f', 'S') and w.kind <> 'guard';
end
$$;
revoke all on function audit.read_closure(oid) from public;
