-- purpose: doctor: views and rules of others that show or copy protected rows with their owner's rights
-- grain: one finding per view and grantee
-- reads: audit.view_over_rows, audit.protected_relation, pg_catalog.pg_class
-- writes: nothing
-- time: none
create or replace function audit.doctor_views() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select distinct 'view', 'blocking', audit.relation_name(v.oid), audit.relation_name(o.source),
    'no view around the guard',
    'shows its rows as ' || pg_get_userbyid(v.relowner) || ' to ' || audit.who_may_use(x.grantee),
    format('drop %s %s', case v.relkind when 'm' then 'materialized view' when 'v' then 'view' else 'rule … on' end,
      audit.relation_name(v.oid))
  from audit.view_over_rows as o
  join pg_catalog.pg_class as v on v.oid = o.relid and v.relkind in ('v', 'm', 'r', 'p')
  cross join lateral aclexplode(coalesce(v.relacl, acldefault('r', v.relowner))) as x
  where not exists (select 1 from audit.protected_relation as p where p.relid = v.oid)
    -- what the engine makes of facts, and what the working roles see of them, is meant
    and not (o.kind = 'source' and (pg_get_userbyid(v.relowner) = 'timeseal_owner'
      or x.grantee <> 0 and pg_get_userbyid(x.grantee) in ('timeseal_worker', 'timeseal_certifier')))
    and not exists (
      select 1 from unnest(v.reloptions) as o (opt) where o.opt ~* '^security_invoker=(true|on|1|yes|t|y)$')
    and audit.who_may_use(x.grantee) is not null;
$$;
