-- purpose: doctor: routines that lend somebody's rights to read rows, or run outside the rules of SQL, whatever they say
-- grain: one finding per routine
-- reads: pg_catalog.pg_proc, pg_catalog.pg_depend, audit.installed_routine, audit.declared_definer
-- writes: nothing
-- time: none
create or replace function audit.doctor_functions() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with recursive definer as materialized (
    select p.oid, p.proowner
    from pg_catalog.pg_proc as p
    where p.prosecdef and p.pronamespace <> 'audit'::regnamespace and not exists (
      select 1 from audit.installed_routine as i
      where i.routine = p.oid::regprocedure::text and i.sha256 = audit.routine_sha256(p.oid))
  ),
  -- who may call what such a role lends reads through it
  lender (roleid, level) as (
    select o.roleid, audit.reads_rows(o.roleid)
    from (select distinct d.proowner as roleid from definer as d) as o
    where audit.reads_rows(o.roleid) is not null
    union
    select c.proowner, l.level
    from lender as l
    join definer as d on d.proowner = l.roleid
    join definer as c on has_function_privilege(c.proowner, d.oid, 'execute')
  ),
  lends (oid, how, level) as (
    select d.oid, 'SECURITY DEFINER as ' || pg_get_userbyid(d.proowner), min(l.level)
    from definer as d
    join lender as l on l.roleid = d.proowner
    group by d.oid, d.proowner
    union all
    select p.oid, 'written in ' || l.lanname, 'blocking'
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_language as l on l.oid = p.prolang and (l.lanname in ('internal', 'c') or not l.lanpltrusted)
    where p.oid >= 16384 and not exists (
      select 1 from pg_catalog.pg_depend as d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  ),
  known as (
    select p.oid, p.oid::regprocedure::text as routine, l.how, l.level, (
      select string_agg(w.way, ', ' order by w.way)
      from (
        select 'executable by ' || audit.who_may_use(x.grantee) as way
        from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as x
        where x.grantee <> p.proowner
        union
        -- only these call it without asking who may execute it
        select 'called by ' || pg_describe_object(d.classid, d.objid, d.objsubid)
        from pg_catalog.pg_depend as d
        left join pg_catalog.pg_proc as c on d.classid = 'pg_catalog.pg_proc'::regclass and c.oid = d.objid
        where d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid = p.oid
          and d.classid::regclass not in ('pg_catalog.pg_rewrite', 'pg_catalog.pg_policy', 'pg_catalog.pg_attrdef',
            'pg_catalog.pg_constraint', 'pg_catalog.pg_class')
          and (c.oid is null or c.prokind = 'a')
      ) as w
      where w.way is not null) as way
    from lends as l
    join pg_catalog.pg_proc as p on p.oid = l.oid
  )
  select 'function', case when d.routine is null then k.level else 'warning' end, k.routine,
    case when d.routine is null then 'lent rights' else 'declared' end,
    coalesce('declared: ' || d.reason, 'no routine that lends rights to read rows, unless declared'),
    k.how || ', ' || k.way,
    format('revoke execute on routine %s from public (or drop it); or read it, then: select audit.declare_definer(%L, %L)',
      k.routine, k.routine, 'why it may stay')
  from known as k
  left join audit.declared_definer as d on d.routine = k.routine and d.sha256 = audit.routine_sha256(k.oid)
  where k.way is not null;
$$;
