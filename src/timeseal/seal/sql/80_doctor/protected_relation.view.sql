-- purpose: every relation that somebody must not read or write around the guard, and what may be granted on it
-- grain: one row per relation
-- reads: the catalogue, audit.entrypoint, audit.materialisation, audit.fact_relation
-- writes: nothing
-- time: none
create or replace view audit.protected_relation as
with owned as (
  select c.oid as relid, c.relkind, c.relowner, n.nspname::text as schema_name, c.relname::text as name, c.relacl,
    pg_catalog.pg_get_userbyid(c.relowner) = 'timeseal_owner' as ours
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_'
)
select o.relid, o.relkind, o.relowner, o.schema_name, o.name, o.relacl, o.ours,
  case
    when g.guarded_relid is not null then 'guarded'
    when o.schema_name = 'audit' or o.schema_name = 'ml' and o.name in (
      'feature_set', 'feature_contract', 'feature_set_current') then 'registry'
    when f.relid is not null or o.schema_name in ('raw', 'ref') then 'source'
    when not o.ours and e.relid is null and m.stored is null and p.published is null then 'foreign'
    else 'rows' end as kind
from owned as o
left join audit.entrypoint as e on e.relid = o.relid and e.retired_at is null
left join audit.entrypoint as g on g.guarded_relid = o.relid and g.retired_at is null
left join audit.materialisation as m on m.stored = o.relid
left join audit.materialisation as p on p.published = o.relid
left join audit.fact_relation as f on f.relid = o.relid
where o.ours or e.relid is not null or g.guarded_relid is not null or f.relid is not null
  or m.stored is not null or p.published is not null
  or exists (
    select 1
    from audit.entrypoint as d
    cross join lateral audit.read_closure(d.relid) as r
    where d.retired_at is null and r.relid = o.relid);
