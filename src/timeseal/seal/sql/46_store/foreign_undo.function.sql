-- purpose: what removing the seal of a foreign view has to undo: nothing that another seal still needs
-- grain: one entrypoint, as jsonb; NULL when it is not a sealed foreign view
-- reads: audit.foreign_seal, audit.entrypoint, the catalogue
-- writes: nothing
-- time: none
create or replace function audit.foreign_undo(p_entrypoint text) returns jsonb
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'entrypoint', e.entrypoint,
    'relation', audit.relation_name(e.relid),
    'schema', s.schema_name,
    'guarded_view', audit.relation_name(e.guarded_relid),
    'owner_usage', s.owner_usage and x.last_in_schema,
    'owner_select', s.owner_select,
    'training_usage', s.training_usage and x.last_in_schema,
    'certifier_usage', s.certifier_usage and x.last_in_schema,
    'stamped', coalesce((
      select jsonb_agg(audit.relation_name(c.oid) order by audit.relation_name(c.oid))
      from pg_catalog.pg_class as c
      where c.oid = any (s.stamped) and not exists (
        select 1
        from audit.entrypoint as o
        cross join lateral audit.written_relations(o.relid) as r
        where o.entrypoint <> e.entrypoint and o.retired_at is null and r.relid = c.oid)), '[]'::jsonb))
  from audit.foreign_seal as s
  join audit.entrypoint as e on e.entrypoint = s.entrypoint
  cross join lateral (select not exists (
    select 1 from audit.foreign_seal as o where o.schema_name = s.schema_name and o.entrypoint <> s.entrypoint
  ) as last_in_schema) as x
  where s.entrypoint = p_entrypoint;
$$;
