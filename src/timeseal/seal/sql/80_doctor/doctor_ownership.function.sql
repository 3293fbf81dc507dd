-- purpose: doctor: what the engine and its entrypoints stand on belongs to nobody from whom rows are kept
-- grain: one finding per object
-- reads: the catalogue, audit.materialisation, audit.entrypoint
-- writes: nothing
-- time: none
create or replace function audit.doctor_ownership() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with closure as materialized (
    select b.classid, b.objid, bool_and(e.store is null) as strange
    from audit.entrypoint as e
    cross join lateral audit.build_closure(e.relid) as b
    where e.retired_at is null and b.kind <> 'guard' and b.objid >= 16384
    group by b.classid, b.objid
  ),
  below (name, kind, owner, strange, namespace) as (
    select audit.relation_name(c.oid), 'relation', c.relowner, k.strange, c.relnamespace
    from closure as k
    join pg_catalog.pg_class as c on k.classid = 'pg_catalog.pg_class'::regclass and c.oid = k.objid
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select p.oid::regprocedure::text, 'function', p.proowner, k.strange, p.pronamespace
    from closure as k
    join pg_catalog.pg_proc as p on k.classid = 'pg_catalog.pg_proc'::regclass and p.oid = k.objid
    union all
    select t.oid::regtype::text, 'type', t.typowner, k.strange, t.typnamespace
    from closure as k
    join pg_catalog.pg_type as t on k.classid = 'pg_catalog.pg_type'::regclass and t.oid = k.objid
    left join pg_catalog.pg_class as c on c.oid = t.typrelid
    where t.typtype in ('c', 'd', 'e', 'r') and (c.oid is null or c.relkind = 'c')
    union all
    select o.oid::regoperator::text, 'operator', o.oprowner, k.strange, o.oprnamespace
    from closure as k
    join pg_catalog.pg_operator as o on k.classid = 'pg_catalog.pg_operator'::regclass and o.oid = k.objid
  ),
  owned (name, kind, owner, engine, strange) as (
    select audit.relation_name(c.oid), 'relation', c.relowner, true, false
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
    select n.nspname, 'schema', n.nspowner, true, false
    from pg_catalog.pg_namespace as n
    where n.nspname in ('audit', 'build', 'store', 'published')
    union all
    select p.oid::regprocedure::text, 'function', p.proowner, true, false
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    where n.nspname = 'audit'
    union all
    select b.name, b.kind, b.owner, false, b.strange from below as b
    union all
    select quote_ident(n.nspname), 'schema', n.nspowner, false, bool_and(b.strange)
    from below as b
    join pg_catalog.pg_namespace as n on n.oid = b.namespace
    group by n.nspname, n.nspowner
  )
  select distinct 'ownership',
    -- a stranger's own objects are his, unless he reads what is made of them
    case when h.who is null or o.strange and not exists (
        select 1
        from audit.actor as a
        join pg_catalog.pg_roles as r on r.rolname in ('ml_training', 'timeseal_worker', 'timeseal_certifier')
        where audit.may_act_as(a.roleid, o.owner) and audit.may_act_as(a.roleid, r.oid)) then 'warning'
      else 'blocking' end,
    o.name, o.kind, 'owner timeseal_owner', 'owner ' || pg_get_userbyid(o.owner),
    format('alter %s %s owner to timeseal_owner',
      case o.kind when 'relation' then 'table' when 'function' then 'routine' else o.kind end, o.name)
  from owned as o
  cross join lateral (select audit.who_may_use(o.owner) as who) as h
  where pg_get_userbyid(o.owner) <> 'timeseal_owner' and (o.engine or h.who is not null);
$$;
