-- purpose: relations outside the shadow schemas that a shadow view still reads; only its own original, bounded in time, may stand for itself
-- grain: one finding per shadow view and outside relation
-- reads: pg_catalog.pg_depend
-- writes: nothing
-- time: none
create or replace function audit.replay_leaks(p_shadow text) returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'replay', 'blocking', audit.relation_name(v.oid), audit.relation_name(o.oid),
    'a replay that reads only its own copies', 'replay not isolated: it reads ' || audit.relation_name(o.oid),
    'name relations plainly in the layer text: no name of a relation for a subquery, no schema'
  from pg_catalog.pg_class as v
  join pg_catalog.pg_namespace as n on n.oid = v.relnamespace and n.nspname in (p_shadow, p_shadow || '_text')
  cross join lateral audit.replay_needs(v.oid) as need (relid)
  join pg_catalog.pg_class as o on o.oid = need.relid
  join pg_catalog.pg_namespace as s on s.oid = o.relnamespace
  where v.relkind = 'v' and s.nspname not in (p_shadow, p_shadow || '_text')
    -- its own original, bounded in time: no bare name occurs twice in the closure (audit.replay_obstacles)
    and not (v.relname = o.relname and n.nspname = p_shadow);
$$;
