-- purpose: views and rules of anybody whose owner may read what they read: protected rows or facts, at any depth, no guard
-- grain: one row per view and protected relation
-- reads: pg_catalog.pg_rewrite, audit.protected_relation, audit.entrypoint
-- writes: nothing
-- time: none
create or replace view audit.view_over_rows as
with recursive over_rows (relid, source, kind) as (
  select p.relid, p.relid, p.kind
  from audit.protected_relation as p
  where p.kind in ('rows', 'source')
  union
  select v.oid, o.source, o.kind
  from over_rows as o
  join pg_catalog.pg_depend as d
    on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = o.relid
    and d.classid = 'pg_catalog.pg_rewrite'::regclass
  join pg_catalog.pg_rewrite as r on r.oid = d.objid
  join pg_catalog.pg_class as v on v.oid = r.ev_class and v.oid <> o.relid
    and pg_catalog.has_any_column_privilege(v.relowner, o.relid, 'select')
  where not exists (select 1 from audit.entrypoint as e where e.guarded_relid = v.oid and e.retired_at is null)
)
select o.relid, o.source, o.kind from over_rows as o where o.relid <> o.source;
