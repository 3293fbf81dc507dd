-- purpose: doctor: functions that lend somebody's rights to read rows around the guard
-- grain: one finding per function and grantee
-- reads: pg_catalog.pg_proc, audit.protected_relation
-- writes: nothing
-- time: none
create or replace function audit.doctor_functions() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  with lent as materialized (
    select p.oid, p.prosrc, p.proowner, n.nspname, x.grantee, audit.who_may_use(x.grantee) as who
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as x
    where p.prosecdef and n.nspname !~ '^pg_' and x.grantee <> p.proowner and p.prorettype <> 'trigger'::regtype
  )
  select 'function', 'blocking', l.oid::regprocedure::text, audit.relation_name(r.relid),
    'no function that reads rows without asking the guard', 'SECURITY DEFINER as ' || pg_get_userbyid(l.proowner)
      || ', executable by ' || l.who,
    format('drop function %s, or call audit.require_certified first', l.oid::regprocedure)
  from lent as l
  join audit.protected_relation as r on r.kind = 'rows'
    and has_table_privilege(l.proowner, r.relid, 'select')
    and (l.prosrc ~* audit.doctor_mention(r.schema_name, r.name)
      or exists (
        select 1 from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = l.oid
          and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = r.relid))
  where l.who is not null and l.nspname <> 'audit'
    and l.prosrc !~* '\maudit\.(cert_guard|require_certified|require_certified_strict)\M';
$$;
