-- purpose: doctor: what the engine stands on belongs to the engine's owner
-- grain: one finding per object
-- reads: the catalogue, audit.materialisation, audit.entrypoint
-- writes: nothing
-- time: none
create or replace function audit.doctor_ownership() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with owned (name, kind, owner) as (
    select audit.relation_name(c.oid), 'relation', c.relowner
    from pg_catalog.pg_class as c
    where c.relkind in ('r', 'p', 'v', 'm', 'S') and (
      c.relnamespace in (select n.oid from pg_catalog.pg_namespace as n where n.nspname = 'audit')
      or c.oid in (
        select unnest(array[m.stored, m.source, m.published]) from audit.materialisation as m
        union
        select e.guarded_relid from audit.entrypoint as e
        union
        select e.relid from audit.entrypoint as e where e.store is not null))
    union all
    select n.nspname, 'schema', n.nspowner
    from pg_catalog.pg_namespace as n
    where n.nspname in ('audit', 'build', 'store', 'published')
    union all
    select p.oid::regprocedure::text, 'function', p.proowner
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    where n.nspname = 'audit'
  )
  select 'ownership', case when audit.who_may_use(o.owner) is null then 'warning' else 'blocking' end,
    o.name, o.kind, 'owner timeseal_owner', 'owner ' || pg_get_userbyid(o.owner),
    format('alter %s %s owner to timeseal_owner',
      case o.kind when 'relation' then 'table' when 'function' then 'routine' else o.kind end, o.name)
  from owned as o
  where pg_get_userbyid(o.owner) <> 'timeseal_owner';
$$;
