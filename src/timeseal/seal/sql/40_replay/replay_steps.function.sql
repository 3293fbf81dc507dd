-- purpose: the relations below an entrypoint in an order in which each finds what it reads
-- grain: one row per relation; step 0 reads nothing of them
-- reads: what audit.replay_relations reads
-- writes: nothing
-- time: none
create or replace function audit.replay_steps(p_entrypoint oid)
returns table (relid oid, bare_name text, made text, made_from oid, known_at text, step integer)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with recursive relation as materialized (
    select r.relid, r.bare_name, r.made, r.made_from, r.known_at
    from audit.replay_relations(p_entrypoint) as r
  ),
  edge as materialized (
    select r.relid, n.relid as needed
    from relation as r
    cross join lateral audit.replay_needs(r.made_from) as n (relid)
    where r.made_from is not null
  ),
  reached (relid, step) as (
    select r.relid, 0 from relation as r
    union
    select e.relid, d.step + 1 from reached as d join edge as e on e.needed = d.relid
  )
  select r.relid, r.bare_name, r.made, r.made_from, r.known_at, max(d.step)
  from relation as r
  join reached as d on d.relid = r.relid
  group by r.relid, r.bare_name, r.made, r.made_from, r.known_at;
$$;
