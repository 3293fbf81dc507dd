-- purpose: everything on record that could have changed rows since the entrypoint last agreed with its baseline
-- grain: one row per cause
-- reads: audit.drift_witness, audit.definition_event, audit.stamp, facts and releases, the catalogue
-- writes: nothing
-- time: since the witness was taken
create or replace function audit.drift_causes(p_entrypoint text)
returns table (class text, object text, detail text, keys jsonb)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_witness audit.drift_witness;
begin
  select w.* into v_witness from audit.drift_witness as w where w.entrypoint = v_ep.entrypoint;
  return query
  select n.class, n.object, n.detail, n.keys from audit.fact_news(v_ep.entrypoint) as n;
  return query
  select distinct on (d.object_fqn)
    case when d.object_fqn like 'function %' then 'function' else 'definition' end, d.object_fqn, d.detail, null::jsonb
  from (
    select g.object as object_fqn, 'differs from its accepted definition'::text as detail, 1 as n
    from audit.gate_definition(v_ep.entrypoint) as g
    where g.subject = 'sha256'
    union all
    select e.object_fqn, format('accepted by %s: %s', e.actor, e.reason), 2
    from audit.definition_event as e
    where e.entrypoint = v_ep.entrypoint and e.recorded_at > v_witness.taken_at
  ) as d
  where d.object_fqn !~ '^(schema|guard|trigger) ' and d.object_fqn is distinct from v_ep.guarded_view
  order by d.object_fqn, d.n;
  return query
  select 'reference release'::text, r.fqn, format('%s rows, %s when last certified', r.now ->> 'rows',
    coalesce(v_witness.sources #>> array[r.fqn, 'rows'], 'unknown')), null::jsonb
  from (
    select s.fqn, audit.source_state(s.relid, s.kind, null, null, null) as now
    from audit.source_relations(v_ep.entrypoint) as s
    where s.kind = 'reference'
  ) as r
  where r.now is distinct from v_witness.sources -> r.fqn;
  return query
  select 'write'::text, n.object, n.detail, n.keys from audit.write_news(v_ep.entrypoint) as n;
  return query
  select 'setting'::text, 'setting'::text, string_agg(l.said, '; ' order by l.said), null::jsonb
  from (
    select 'new: ' || a.line as said
    from audit.settings_lines() as a (line)
    where a.line like 'setting %' and a.line <> all (v_witness.settings)
    union all
    select 'gone: ' || b.line
    from unnest(v_witness.settings) as b (line)
    where b.line like 'setting %' and b.line not in (select c.line from audit.settings_lines() as c (line))
  ) as l
  having count(*) > 0;
end
$$;
revoke all on function audit.drift_causes(text) from public;
