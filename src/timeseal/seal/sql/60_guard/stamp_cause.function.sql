-- purpose: say in words which version moved
-- grain: one certificate
-- reads: audit.stamp, audit.entrypoint
-- writes: nothing
-- time: none
create or replace function audit.stamp_cause(p_relids oid[], p_versions bigint[]) returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
    'changed after certification: ' || string_agg(
      coalesce(
        case when e.relid is not null then 'the definition or history below ' || e.entrypoint end,
        c.relid::regclass::text)
      || coalesce(' (' || s.cause || ')', ' (version row missing)'), ', ' order by c.relid),
    'its certificate carries no versions')
  from unnest(p_relids, p_versions) as c (relid, version)
  left join audit.stamp as s on s.relid = c.relid
  left join audit.entrypoint as e on e.relid = c.relid
  where s.version is distinct from c.version;
$$;
