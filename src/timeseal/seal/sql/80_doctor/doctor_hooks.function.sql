-- purpose: doctor: code that runs when protected rows are written: it runs with the rights of who writes them
-- grain: one finding per trigger, rule or function
-- reads: the catalogue, audit.protected_relation
-- writes: nothing
-- time: none
create or replace function audit.doctor_hooks() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with hook (relid, kind, name, classid, objid, engine) as (
    select t.tgrelid, 'trigger', t.tgname::text, 'pg_catalog.pg_trigger'::regclass, t.oid,
      pg_get_userbyid(f.proowner) = 'timeseal_owner'
    from pg_catalog.pg_trigger as t
    join pg_catalog.pg_proc as f on f.oid = t.tgfoid
    where not t.tgisinternal
    union all
    select r.ev_class, 'rule', r.rulename::text, 'pg_catalog.pg_rewrite'::regclass, r.oid, false
    from pg_catalog.pg_rewrite as r
    where r.rulename <> '_RETURN'
    union all
    select k.conrelid, 'constraint', k.conname::text, 'pg_catalog.pg_constraint'::regclass, k.oid, true
    from pg_catalog.pg_constraint as k
    where k.conrelid <> 0
    union all
    select i.indrelid, 'index', i.indexrelid::regclass::text, 'pg_catalog.pg_class'::regclass, i.indexrelid, true
    from pg_catalog.pg_index as i
    union all
    select a.adrelid, 'default', a.adnum::text, 'pg_catalog.pg_attrdef'::regclass, a.oid, true
    from pg_catalog.pg_attrdef as a
    union all
    select q.polrelid, 'policy', q.polname::text, 'pg_catalog.pg_policy'::regclass, q.oid, true
    from pg_catalog.pg_policy as q
  ),
  on_rows as (
    select h.relid, h.kind, h.name, h.classid, h.objid, h.engine, p.ours, p.relowner
    from hook as h
    join audit.protected_relation as p on p.relid = h.relid
  )
  select 'hook', case when h.ours then 'blocking' else 'warning' end, audit.relation_name(h.relid), h.name,
    'only what timeseal_owner put there', 'a ' || h.kind || ' that runs with the rights of who writes',
    format('drop %s %I on %s', h.kind, h.name, audit.relation_name(h.relid))
  from on_rows as h
  where not h.engine
  union all
  -- whoever may replace the function runs what he likes as the writer
  select distinct 'hook', 'blocking', audit.relation_name(h.relid), f.oid::regprocedure::text,
    'a function that nobody else may replace', 'called by ' || h.kind || ' ' || h.name || ', owned by ' || a.name,
    format('drop %s %s, or: alter routine %s owner to timeseal_owner', h.kind, h.name, f.oid::regprocedure)
  from on_rows as h
  join pg_catalog.pg_depend as d on d.classid = h.classid and d.objid = h.objid
    and d.refclassid = 'pg_catalog.pg_proc'::regclass
  join pg_catalog.pg_proc as f on f.oid = d.refobjid
  join audit.actor as a on audit.may_act_as(a.roleid, f.proowner) and not audit.may_act_as(a.roleid, h.relowner);
$$;
