-- purpose: gate: outcomes, labels and current states are read only through declared pairs
-- grain: one finding per reader and column, or per undeclared relation or column
-- reads: audit.column_role, audit.firewall_pair, audit.fact_relation, audit.materialisation, the closure
-- writes: nothing
-- time: none; whether a declared pair is bounded in time is what replay proves
create or replace function audit.gate_firewall(p_entrypoint text) returns setof audit.finding
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_store text := coalesce(v_ep.store, v_ep.entrypoint);
begin
  return query
  with touch as materialized (
    select r.reader, r.reader_fqn, r.relid, coalesce(pg_partition_root(r.relid)::oid, r.relid) as root, r.column_name
    from audit.column_read(v_ep.relid) as r
  ),
  relation as materialized (
    select b.objid as relid, b.fqn, coalesce(pg_partition_root(b.objid)::oid, b.objid) as root, c.relkind
    from audit.build_closure(v_ep.relid) as b
    join pg_class as c on c.oid = b.objid
    where b.classid = 'pg_class'::regclass and b.kind in ('table', 'sequence', 'view', 'matview')
  ),
  forbidden as (
    select t.reader_fqn, t.relid, t.column_name, o.role
    from touch as t
    join audit.column_role as o on o.relid in (t.relid, t.root) and o.column_name = t.column_name
    where o.role in ('outcome', 'label', 'current')
      and not exists (
        select 1
        from audit.firewall_pair as p
        where p.store in (v_ep.store, v_ep.entrypoint) and p.layer = t.reader
          and p.relid in (t.relid, t.root) and p.column_name = t.column_name
      )
    union
    -- to count the rows of a label or current relation is to read it
    select t.reader_fqn, t.relid, 'its rows', o.role
    from touch as t
    join audit.column_role as o on o.relid in (t.relid, t.root)
    where o.role in ('label', 'current')
      and not exists (
        select 1
        from audit.firewall_pair as p
        where p.store in (v_ep.store, v_ep.entrypoint) and p.layer = t.reader and p.relid in (t.relid, t.root)
      )
  ),
  undeclared as (
    select r.fqn, a.attname::text as column_name
    from relation as r
    join pg_attribute as a on a.attrelid = r.root and a.attnum > 0 and not a.attisdropped
    where (
        exists (select 1 from audit.fact_relation as f where f.relid = r.root and f.kind = 'fact')
        or exists (select 1 from audit.fact_relation as f join touch as t on t.root = f.relid
          where f.relid = r.root and t.column_name = a.attname)
        or exists (select 1 from audit.materialisation as m
          where r.root in (m.stored, m.published) and m.kind in ('history', 'label'))
      )
      and not exists (select 1 from audit.column_role as o where o.relid = r.root and o.column_name = a.attname)
  )
  select 'firewall', 'blocking', f.reader_fqn, audit.object_fqn('pg_class'::regclass, f.relid) || '.' || f.column_name,
    'no ' || f.role || ' column below ' || v_ep.entrypoint,
    f.role || ' column read without a declared pair',
    format('leave the column out, or declare the pair (layer %s, this column) with a reason in store.toml of %s '
      'and let replay prove it', f.reader_fqn, v_store)
  from forbidden as f
  union all
  select 'firewall', 'blocking', u.fqn, u.fqn || '.' || u.column_name, 'a declared role for every column',
    'no role', 'declare the role of the column in store.toml (key, attribute, outcome, …)'
  from undeclared as u
  union all
  select 'firewall', 'blocking', r.fqn, r.fqn, 'a fact, a reference release, a stored layer or a view',
    'an undeclared ' || case r.relkind when 'S' then 'sequence' when 'f' then 'foreign table' else 'table' end,
    'declare it in store.toml, or make it a layer: a table filled by hand has no history'
  from relation as r
  where v_ep.replay = 'world' and r.relkind not in ('v', 'm')
    and not exists (select 1 from audit.fact_relation as f where f.relid = r.root)
    and not exists (select 1 from audit.materialisation as m where r.root in (m.stored, m.published));
end
$$;
revoke all on function audit.gate_firewall(text) from public;
