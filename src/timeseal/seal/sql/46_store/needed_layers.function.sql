-- purpose: the stored layers that a reader of the store can see, and those that they are computed from
-- grain: one array of relations
-- reads: the catalogue, audit.entrypoint, audit.store_invariant, audit.materialisation
-- writes: nothing
-- time: none
create or replace function audit.needed_layers(p_store text) returns oid[]
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with recursive seen (relid) as (
    select e.relid from audit.entrypoint as e where e.store = p_store and e.retired_at is null
    union
    select n.relid
    from seen as s
    left join audit.materialisation as m on m.stored = s.relid
    cross join lateral audit.replay_needs(coalesce(m.source, s.relid)) as n (relid)
  ),
  judged (relid) as (
    select i.relid
    from audit.entrypoint as e
    join audit.store_invariant as i on i.entrypoint = e.entrypoint
    where e.store = p_store
  )
  select array(
    select m.stored
    from audit.materialisation as m
    where m.store = p_store and (m.stored in (select s.relid from seen as s)
      or exists (select from judged as j cross join lateral audit.replay_needs(j.relid) as n (relid) where n.relid = m.stored))
    order by m.stored
  );
$$;
