-- purpose: every relation below an entrypoint and how a replay makes it: copied facts, rebuilt layers, views
-- grain: one row per relation; made_from is the view whose text defines it (NULL: copied)
-- reads: the catalogue, audit.materialisation, audit.fact_relation, audit.entrypoint
-- writes: nothing
-- time: known_at names the column by which facts are cut; a row of a parent is known from its own t0 on
create or replace function audit.replay_relations(p_entrypoint oid)
returns table (relid oid, bare_name text, schema_name text, made text, made_from oid, known_at text)
language sql
stable rows 20
set search_path = pg_catalog, pg_temp
as $$
  with recursive made as (
    select c.oid as relid, c.relname::text as bare_name, n.nspname::text as schema_name,
      case
        when m.stored is not null then 'layer'
        when f.relid is not null then f.kind
        when g.guarded_relid is not null and c.oid <> p_entrypoint then 'parent'
        when c.relkind = 'm' then 'layer'
        when c.relkind = 'v' then 'view'
        else 'undeclared' end as made,
      case
        when m.stored is not null then m.source
        when f.relid is null and g.guarded_relid is null and c.relkind in ('m', 'v') then c.oid end as made_from,
      coalesce(f.known_at_column, g.t0_column) as known_at
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    left join audit.materialisation as m on m.stored = c.oid
    left join audit.fact_relation as f on f.relid = c.oid
    left join audit.entrypoint as g on g.guarded_relid = c.oid and g.relid <> p_entrypoint
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
  ),
  walk (relid) as (
    select p_entrypoint
    union
    select need.relid
    from walk as w
    join made as m on m.relid = w.relid and m.made_from is not null
    cross join lateral audit.replay_needs(m.made_from) as need (relid)
  )
  select m.relid, m.bare_name, m.schema_name, m.made, m.made_from, m.known_at
  from walk as w
  join made as m on m.relid = w.relid;
$$;
