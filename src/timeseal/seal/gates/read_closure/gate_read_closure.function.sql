-- purpose: gate: what readers scan is stored, permanent, stamped, and holds no facts
-- grain: one finding per relation
-- reads: the read closure, audit.fact_relation, audit.materialisation, audit.stamp, triggers
-- writes: nothing
-- time: none
create or replace function audit.gate_read_closure(p_entrypoint text) returns setof audit.finding
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
begin
  return query
  with stored as materialized (
    select r.relid, r.fqn, r.relkind, c.relpersistence, c.relforcerowsecurity, n.nspname,
      coalesce(pg_partition_root(r.relid)::oid, r.relid) as root,
      case when v_ep.store is null then 'timeseal seal repair ' || quote_literal(v_ep.entrypoint)
        else format('select audit.attach_stamp(%L::regclass)', r.fqn) end as stamping
    from audit.read_closure(v_ep.relid) as r
    join pg_class as c on c.oid = r.relid
    join pg_namespace as n on n.oid = c.relnamespace
  ),
  stamped as (
    -- after statement = neither ROW nor BEFORE; insert 4, delete 8, update 16, truncate 32
    select t.tgrelid, bit_or(t.tgtype::integer & 60) as events
    from pg_trigger as t
    join pg_proc as p on p.oid = t.tgfoid
    where p.pronamespace = 'audit'::regnamespace and p.proname = 'bump_stamp' and t.tgenabled = 'A'
      and t.tgtype::integer & 3 = 0 and t.tgqual is null and cardinality(t.tgattr::smallint[]) = 0
    group by t.tgrelid
  ),
  offence as (
    select s.fqn, 'facts' as subject, 'no fact or reference relation at query time' as expected,
      'a fact or reference relation' as found, 'put a stored layer between the facts and the entrypoint' as hint
    from stored as s
    where s.nspname in ('raw', 'ref') or exists (select 1 from audit.fact_relation as f where f.relid = s.root)
    union all
    select s.fqn, 'kind', 'a permanent table or materialised view',
      case when s.relkind = 'f' then 'a foreign table' when s.relkind = 'S' then 'a sequence'
        when s.relpersistence = 't' then 'a temporary table' else 'an unlogged table' end,
      'store the rows in a permanent table'
    from stored as s
    where s.relkind in ('f', 'S') or s.relpersistence <> 'p'
    union all
    select s.fqn, 'stamp trigger', 'an ALWAYS statement trigger for insert, update, delete and truncate',
      case when t.events is null then 'none' else 'not for every command' end,
      s.stamping
    from stored as s
    left join stamped as t on t.tgrelid = s.relid
    where s.relkind in ('r', 'p') and t.events is distinct from 60
    union all
    select audit.object_fqn('pg_class'::regclass, a.relid), 'stamp trigger',
      'an ALWAYS statement trigger, since ' || min(s.fqn) || ' can be written through it',
      case when min(t.events) is null then 'none' else 'not for every command' end, min(s.stamping)
    from stored as s
    cross join lateral audit.table_ancestors(s.relid) as a
    left join stamped as t on t.tgrelid = a.relid
    where t.events is distinct from 60 and a.relid not in (select x.relid from stored as x)
    group by a.relid
    union all
    select s.fqn, 'stamp', 'a version row', 'none',
      s.stamping
    from stored as s
    where s.relkind in ('r', 'p', 'm') and not exists (select 1 from audit.stamp as v where v.relid = s.relid)
    union all
    select s.fqn, 'row security', 'the same rows for every reader', 'forced row security', 'use a view per audience'
    from stored as s
    where s.relforcerowsecurity
    union all
    select s.fqn, 'source view', 'a view that defines the rows', 'gone',
      format('timeseal store plan %s', v_ep.store)
    from stored as s
    join audit.materialisation as m on m.stored = s.root
    where not exists (select 1 from pg_class as c where c.oid = m.source)
    union all
    select s.fqn, 'layer', 'a declared layer of a store', 'a table that no layer defines',
      'make it a layer: a table filled by hand has no history'
    from stored as s
    where v_ep.store is not null and s.relkind in ('r', 'p')
      and not exists (select 1 from audit.materialisation as m where m.stored = s.root)
    union all
    select b.fqn, 'security_invoker', 'a view that reads with its owner''s rights', 'a view with its reader''s rights',
      format('alter view %s reset (security_invoker)', b.fqn)
    from audit.build_closure(v_ep.relid) as b
    join pg_class as c on b.classid = 'pg_class'::regclass and c.oid = b.objid and c.relkind = 'v'
    where exists (
      select 1 from unnest(c.reloptions) as o (opt)
      where o.opt ~* '^security_invoker=(true|on|1|yes|t|y)$'
    )
    union all
    select v_ep.guarded_view, 'guarded view',
      format('select … from %1$s as e where (select audit.cert_guard(%1$L, interval …)) '
        'and ((e.… is null) is not null or e.…::text = audit.plan_guard(%1$L, interval …))', v_ep.entrypoint),
      audit.guard_form(v_ep.guarded_relid, v_ep.entrypoint), 'make it as timeseal seal add prints it'
    where audit.guard_form(v_ep.guarded_relid, v_ep.entrypoint) is not null
    union all
    select v_ep.entrypoint, 'relation', 'an existing relation', 'gone', 'declare the entrypoint again'
    where not exists (select 1 from pg_class as c where c.oid = v_ep.relid)
  )
  select 'read_closure'::text, 'blocking'::text, o.fqn, o.subject, o.expected, o.found, o.hint
  from offence as o;
end
$$;
revoke all on function audit.gate_read_closure(text) from public;
