-- purpose: all that decides what an entrypoint shows, down to the facts; a change in it voids
-- grain: one row per object; depth 0 is the entrypoint
-- reads: system catalogues, audit.entrypoint, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.build_closure(p_entrypoint oid)
returns table (classid oid, objid oid, kind text, fqn text, depth integer)
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select w.classid, w.objid, w.kind, audit.object_fqn(w.classid, w.objid), w.depth
  from audit.closure_walk(p_entrypoint, 'build') as w;
end
$$;
revoke all on function audit.build_closure(oid) from public;
