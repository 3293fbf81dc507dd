-- purpose: why an entrypoint cannot be replayed, or what a replay of it would take on trust
-- grain: one finding per relation, function or declaration
-- reads: what audit.replay_relations and audit.build_closure read
-- writes: nothing
-- time: none
create or replace function audit.replay_obstacles(p_entrypoint audit.entrypoint) returns setof audit.finding
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  with relation as materialized (
    select r.relid, r.bare_name, r.made, r.known_at, audit.relation_name(r.relid) as name
    from audit.replay_relations(p_entrypoint.relid) as r
  ),
  obstacle (level, object, expected, found, hint) as (
    select 'blocking', r.name, 'a fact, a reference release or a stored layer', 'an undeclared relation',
      'declare it under [[fact]] in store.toml'
    from relation as r
    where r.made = 'undeclared'
    union all
    select 'blocking', string_agg(r.name, ', ' order by r.name), 'one relation of a bare name',
      count(*) || ' relations named ' || r.bare_name, 'rename one of them'
    from relation as r
    group by r.bare_name
    having count(*) > 1
    union all
    select 'blocking', p_entrypoint.entrypoint, 'at least one fact relation', 'none',
      'declare facts under [[fact]] in store.toml'
    where not exists (select 1 from relation as r where r.made = 'fact')
    union all
    select 'blocking', p_entrypoint.entrypoint, 'a t0 column of type timestamptz',
      coalesce(format_type(a.atttypid, a.atttypmod), 'no such column'), 'expose t0 as timestamptz'
    from (select 1) as one
    left join pg_catalog.pg_attribute as a
      on a.attrelid = p_entrypoint.relid and a.attname = p_entrypoint.t0_column and not a.attisdropped
    where a.atttypid is distinct from 'timestamptz'::regtype
    union all
    select 'warning', r.name, 'a known_at column', 'a reference without knowledge time, copied whole',
      'declare known_at, or pin it: timeseal seal waive ' || p_entrypoint.entrypoint || ' --gate replay --subject ' || r.name
    from relation as r
    where r.made = 'reference' and r.known_at is null
    union all
    select 'blocking', c.fqn, 'a body stored as a tree that reads no relation',
      case when p.prosqlbody is null then 'a body that the catalogue cannot follow' else 'a body that reads a relation' end,
      'write it as RETURN …, or register it in audit.allowed_function after inspection'
    from audit.build_closure(p_entrypoint.relid) as c
    join pg_catalog.pg_proc as p on p.oid = c.objid
    join pg_catalog.pg_language as l on l.oid = p.prolang
    where c.classid = 'pg_catalog.pg_proc'::regclass and c.kind = 'function'
      and p.prorettype <> 'pg_catalog.trigger'::regtype
      and p.pronamespace <> 'pg_catalog'::regnamespace and l.lanname not in ('internal', 'c')
      and not exists (select 1 from audit.allowed_function as a where a.funcid = p.oid)
      and (p.prosqlbody is null or exists (
        select 1 from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid
          and d.refclassid = 'pg_catalog.pg_class'::regclass))
  )
  select 'replay', o.level, o.object, 'replay not possible as declared', o.expected, o.found, o.hint
  from obstacle as o;
$$;
