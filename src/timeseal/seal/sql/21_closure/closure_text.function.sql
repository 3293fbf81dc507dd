-- purpose: every stored expression that takes part in what an entrypoint shows, as the server keeps it
-- grain: one row per rule, standard SQL function body, policy, generated column or domain check
-- reads: system catalogues, what audit.closure_walk reads
-- writes: nothing
-- time: none
create or replace function audit.closure_text(p_entrypoint oid, p_scope text)
returns table (classid oid, objid oid, fqn text, tree text)
language plpgsql
stable strict
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  with part as (
    select w.classid, w.objid, audit.object_fqn(w.classid, w.objid) as fqn
    from audit.closure_walk(p_entrypoint, p_scope) as w
    where w.kind <> 'guard'
  ),
  stored as (
    select p.classid, p.objid, p.fqn, r.ev_action::text as text
    from part as p
    join pg_rewrite as r on p.classid = 'pg_class'::regclass and r.ev_class = p.objid
    where r.rulename = '_RETURN'
    union all
    select p.classid, p.objid, p.fqn, x.text
    from part as p
    join pg_proc as f on p.classid = 'pg_proc'::regclass and f.oid = p.objid
    cross join lateral (values (f.prosqlbody::text), (f.proargdefaults::text)) as x (text)
    union all
    select p.classid, p.objid, p.fqn, x.text
    from part as p
    join pg_policy as y on p.classid = 'pg_policy'::regclass and y.oid = p.objid
    cross join lateral (values (y.polqual::text), (y.polwithcheck::text)) as x (text)
    union all
    select p.classid, p.objid, p.fqn, d.adbin::text
    from part as p
    join pg_attribute as a on p.classid = 'pg_class'::regclass and a.attrelid = p.objid
    join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attgenerated <> ''
    union all
    select p.classid, p.objid, p.fqn, k.conbin::text
    from part as p
    join pg_constraint as k on p.classid = 'pg_constraint'::regclass and k.oid = p.objid
  )
  select s.classid, s.objid, s.fqn, s.text
  from stored as s
  where s.text is not null;
end
$$;
revoke all on function audit.closure_text(oid, text) from public;
