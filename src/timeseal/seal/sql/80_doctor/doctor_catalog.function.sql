-- purpose: doctor: catalogues and server functions that hold or fetch values of rows, opened by hand
-- grain: one finding per object and grantee
-- reads: pg_catalog.pg_class, pg_catalog.pg_proc, pg_catalog.pg_rewrite, pg_catalog.pg_init_privs
-- writes: nothing
-- time: none
create or replace function audit.doctor_catalog() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with recursive secret as (
    select c.oid, c.relname, c.relowner, c.relacl
    from pg_catalog.pg_class as c
    where c.relnamespace = 'pg_catalog'::regnamespace
      and c.relname in ('pg_statistic', 'pg_statistic_ext_data', 'pg_authid', 'pg_user_mapping')
  ),
  held as (
    select s.relname, x.grantee, x.privilege_type, null::text as column_name
    from secret as s
    cross join lateral aclexplode(s.relacl) as x
    where x.grantee <> s.relowner
    union all
    select s.relname, x.grantee, x.privilege_type, a.attname
    from secret as s
    join pg_catalog.pg_attribute as a on a.attrelid = s.oid and a.attacl is not null
    cross join lateral aclexplode(a.attacl) as x
    where x.grantee <> s.relowner
  ),
  rule as materialized (
    select v.oid, v.relkind, v.relowner, r.ev_action::text as action
    from pg_catalog.pg_rewrite as r
    join pg_catalog.pg_class as v on v.oid = r.ev_class and v.oid >= 16384
  ),
  -- the last four ask what their caller may read; what a materialised view keeps of them, its owner was asked
  shown (relid, source, asks) as (
    select c.oid, c.relname, c.relname in ('pg_stats', 'pg_stats_ext', 'pg_stats_ext_exprs', 'pg_user_mappings')
    from pg_catalog.pg_class as c
    where c.relnamespace = 'pg_catalog'::regnamespace and (c.oid in (select s.oid from secret as s) or c.relname in (
      'pg_shadow', 'pg_stats', 'pg_stats_ext', 'pg_stats_ext_exprs', 'pg_user_mappings'))
    union
    select v.oid, s.source, s.asks and not (v.relkind = 'm' and audit.reads_rows(v.relowner) is not null)
    from shown as s
    join rule as v on v.action like '%:relid ' || s.relid || ' %' and v.oid <> s.relid
      and has_any_column_privilege(v.relowner, s.relid, 'select')
  )
  select 'catalogue', 'blocking', h.relname || coalesce('.' || h.column_name, ''), h.privilege_type,
    'readable by superusers only', audit.who_may_use(h.grantee),
    format('revoke %s%s on pg_catalog.%I from %s', h.privilege_type,
      case when h.column_name is null then '' else format(' (%I)', h.column_name) end, h.relname,
      case h.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(h.grantee)) end)
  from held as h
  where audit.who_may_use(h.grantee) is not null
  union all
  -- pinned objects leave no trace in pg_depend: the rule itself names the relation
  select distinct 'catalogue', 'blocking', audit.relation_name(v.oid), s.source::text, 'no view that lends it',
    'shows it as ' || pg_get_userbyid(v.relowner) || ' to ' || audit.who_may_use(x.grantee),
    format('revoke select on %s from %s', audit.relation_name(v.oid),
      case x.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end)
  from shown as s
  join pg_catalog.pg_class as v on v.oid = s.relid and v.oid >= 16384
  cross join lateral aclexplode(coalesce(v.relacl, acldefault('r', v.relowner))) as x
  where not s.asks and x.grantee <> v.relowner and audit.who_may_use(x.grantee) is not null
  union all
  select 'catalogue', 'blocking', p.oid::regprocedure::text, 'EXECUTE', 'executable by superusers only',
    audit.who_may_use(x.grantee), format('revoke execute on function %s from %s', p.oid::regprocedure,
      case x.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end)
  from pg_catalog.pg_proc as p
  cross join lateral aclexplode(p.proacl) as x
  where (p.proname = 'dblink_connect_u' or exists (
      -- what initdb or an extension keeps from PUBLIC
      select 1 from pg_catalog.pg_init_privs as i
      where i.classoid = 'pg_catalog.pg_proc'::regclass and i.objoid = p.oid and i.objsubid = 0
        and not exists (
          select 1 from aclexplode(i.initprivs) as k
          where k.grantee = x.grantee and k.privilege_type = x.privilege_type)))
    and x.grantee <> p.proowner and (x.grantee = 0 or x.grantee >= 16384)
    and audit.who_may_use(x.grantee) is not null
  union all
  select 'catalogue', 'blocking', l.lanname::text, 'trusted language', 'for superusers only',
    'anybody who may use it runs any function of the server',
    format('update pg_catalog.pg_language set lanpltrusted = false where lanname = %L', l.lanname)
  from pg_catalog.pg_language as l
  where (l.lanname in ('internal', 'c') or l.lanname ~ 'u$') and l.lanpltrusted;
$$;
