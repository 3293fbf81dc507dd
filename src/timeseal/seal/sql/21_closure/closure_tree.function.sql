-- purpose: every stored expression that takes part in what an entrypoint shows, as jsonb
-- grain: one row per rule, standard SQL function body, policy, generated column or domain check
-- reads: system catalogues, audit.entrypoint, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.closure_tree(p_entrypoint oid)
returns table (classid oid, objid oid, fqn text, tree jsonb)
language sql
volatile strict
set search_path = pg_catalog, pg_temp
as $$
  select s.classid, s.objid, s.fqn, audit.tree_of(s.tree)
  from audit.closure_text(p_entrypoint) as s
$$;
revoke all on function audit.closure_tree(oid) from public;
