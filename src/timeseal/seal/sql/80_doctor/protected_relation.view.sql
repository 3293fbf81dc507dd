-- purpose: every relation that somebody must not read or write around the guard, and what kind of thing it is
-- grain: one row per relation
-- reads: the catalogue, audit.entrypoint, audit.materialisation, audit.fact_relation
-- writes: nothing
-- time: none
create or replace view audit.protected_relation as
with recursive declared (relid) as (
  select m.stored from audit.materialisation as m
  union
  select m.source from audit.materialisation as m
  union
  select m.published from audit.materialisation as m where m.published is not null
  union
  select e.relid from audit.entrypoint as e where e.retired_at is null
  union
  select c.oid
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace and n.nspname in ('build', 'store', 'published')
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and pg_catalog.pg_get_userbyid(c.relowner) = 'timeseal_owner'
  union
  select b.objid
  from audit.entrypoint as e
  cross join lateral audit.build_closure(e.relid) as b
  where e.retired_at is null and b.classid = 'pg_catalog.pg_class'::regclass and b.kind <> 'guard'
),
-- a view of ours over rows shows them, unless it is the guarded one
showing (relid) as (
  select d.relid from declared as d
  union
  select r.ev_class
  from showing as s
  join pg_catalog.pg_depend as p
    on p.refclassid = 'pg_catalog.pg_class'::regclass and p.refobjid = s.relid
    and p.classid = 'pg_catalog.pg_rewrite'::regclass
  join pg_catalog.pg_rewrite as r on r.oid = p.objid and r.ev_class <> s.relid
  where not exists (select 1 from audit.entrypoint as e where e.guarded_relid = s.relid and e.retired_at is null)
    and not exists (select 1 from audit.fact_relation as f where f.relid = s.relid)
)
select c.oid as relid, c.relkind, c.relowner, n.nspname::text as schema_name, c.relname::text as name, c.relacl, o.ours,
  case
    when g.guarded_relid is not null then 'guarded'
    when n.nspname = 'audit' or n.nspname = 'ml' and c.relname in (
      'feature_set', 'feature_contract', 'feature_set_current') then 'registry'
    when f.relid is not null or n.nspname in ('raw', 'ref') then 'source'
    when not o.ours and e.relid is null and not exists (
      select 1 from audit.materialisation as m where c.oid in (m.stored, m.source, m.published)) then 'foreign'
    else 'rows' end as kind
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace and n.nspname !~ '^pg_'
cross join lateral (select pg_catalog.pg_get_userbyid(c.relowner) = 'timeseal_owner' as ours) as o
left join audit.entrypoint as e on e.relid = c.oid and e.retired_at is null
left join audit.entrypoint as g on g.guarded_relid = c.oid and g.retired_at is null
left join audit.fact_relation as f on f.relid = c.oid
where (c.relkind in ('r', 'p', 'v', 'm', 'f') or c.relkind = 'S' and n.nspname = 'audit') and (
  o.ours and (n.nspname in ('audit', 'raw', 'ref') or c.oid in (select s.relid from showing as s))
  or o.ours and n.nspname = 'ml' and c.relname in ('feature_set', 'feature_contract', 'feature_set_current')
  or g.guarded_relid is not null or f.relid is not null or c.oid in (select d.relid from declared as d));
