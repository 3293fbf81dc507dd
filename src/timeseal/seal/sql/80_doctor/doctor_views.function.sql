-- purpose: doctor: views and rules of others that show or copy protected rows with their owner's rights
-- grain: one finding per view and grantee
-- reads: pg_catalog.pg_rewrite, audit.protected_relation
-- writes: nothing
-- time: none
create or replace function audit.doctor_views() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with recursive over_rows (relid, source) as (
    select r.ev_class, p.relid
    from audit.protected_relation as p
    join pg_catalog.pg_depend as d
      on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = p.relid
      and d.classid = 'pg_catalog.pg_rewrite'::regclass
    join pg_catalog.pg_rewrite as r on r.oid = d.objid and r.ev_class <> p.relid
    where p.kind = 'rows'
    union
    select r.ev_class, o.source
    from over_rows as o
    join pg_catalog.pg_depend as d
      on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = o.relid
      and d.classid = 'pg_catalog.pg_rewrite'::regclass
    join pg_catalog.pg_rewrite as r on r.oid = d.objid and r.ev_class <> o.relid
    where not exists (select 1 from audit.entrypoint as e where e.guarded_relid = o.relid and e.retired_at is null)
  )
  select distinct 'view', 'blocking', audit.relation_name(v.oid), audit.relation_name(o.source),
    'no view around the guard',
    'shows its rows as ' || pg_get_userbyid(v.relowner) || ' to ' || audit.who_may_use(x.grantee),
    format('drop %s %s', case v.relkind when 'm' then 'materialized view' when 'v' then 'view' else 'rule … on' end,
      audit.relation_name(v.oid))
  from over_rows as o
  join pg_catalog.pg_class as v on v.oid = o.relid and v.relkind in ('v', 'm', 'r', 'p')
  cross join lateral aclexplode(coalesce(v.relacl, acldefault('r', v.relowner))) as x
  where not exists (select 1 from audit.protected_relation as p where p.relid = v.oid)
    and has_table_privilege(v.relowner, o.source, 'select')
    and not exists (
      select 1 from unnest(v.reloptions) as o (opt) where o.opt ~* '^security_invoker=(true|on|1|yes|t|y)$')
    and audit.who_may_use(x.grantee) is not null;
$$;
