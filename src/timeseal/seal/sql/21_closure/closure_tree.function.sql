-- purpose: every stored expression that takes part in what an entrypoint shows, as jsonb
-- grain: one row per rule, standard SQL function body, policy, generated column or domain check
-- reads: system catalogues, what audit.closure_walk reads
-- writes: nothing
-- time: none
create or replace function audit.closure_tree(p_entrypoint oid, p_scope text)
returns table (classid oid, objid oid, fqn text, tree jsonb)
language sql
volatile strict
set search_path = pg_catalog, pg_temp
as $$
  select s.classid, s.objid, s.fqn, audit.tree_of(s.tree)
  from audit.closure_text(p_entrypoint, p_scope) as s
$$;
revoke all on function audit.closure_tree(oid, text) from public;
