-- purpose: doctor: guard functions run as the owner on a fixed path, and every guarded view asks the guard
-- grain: one finding per function or view
-- reads: pg_catalog.pg_proc, pg_catalog.pg_depend, audit.entrypoint
-- writes: nothing
-- time: none
create or replace function audit.doctor_guard() returns setof audit.finding
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select 'guard', 'blocking', g.name, 'function', 'SECURITY DEFINER as timeseal_owner with search_path pg_catalog, pg_temp',
    coalesce(format('owner %s, security definer %s, settings %s', pg_get_userbyid(p.proowner), p.prosecdef, p.proconfig),
      'missing'),
    'timeseal db create (installs it again)'
  from unnest(array['audit.cert_guard(text,interval)', 'audit.plan_guard(text,interval)', 'audit.door_cause(text,interval)',
    'audit.parent_cause(jsonb,interval)', 'audit.require_certified(text,interval)',
    'audit.require_certified_strict(text,interval)', 'audit.bump_stamp()', 'audit.advance_stamp(oid,text)']) as g (name)
  left join pg_catalog.pg_proc as p on p.oid = to_regprocedure(g.name)
  where p.oid is null or pg_get_userbyid(p.proowner) <> 'timeseal_owner' or not p.prosecdef
    or p.proconfig is distinct from array['search_path=pg_catalog, pg_temp']
  union all
  select 'guard', 'blocking', e.guarded_view, 'guarded view', 'a view over ' || e.entrypoint || ' that calls audit.cert_guard',
    case when v.oid is null then 'no such view' else 'a view that does not ask the guard' end,
    case when e.store is null then 'timeseal seal add ' || e.entrypoint else 'timeseal store plan' end
  from audit.entrypoint as e
  left join pg_catalog.pg_class as v on v.oid = e.guarded_relid and v.relkind = 'v'
  where e.retired_at is null and not exists (
    select 1
    from pg_catalog.pg_rewrite as r
    join pg_catalog.pg_depend as d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
      and d.refclassid = 'pg_catalog.pg_proc'::regclass
      and d.refobjid = to_regprocedure('audit.cert_guard(text,interval)')
    where r.ev_class = v.oid
      and pg_get_viewdef(v.oid) ~ format('WHERE \(\( SELECT audit\.cert_guard\(%s::text', regexp_replace(
        quote_literal(e.entrypoint), '([.()\[\]{}*+?^$|\\])', '\\\1', 'g')));
$$;
