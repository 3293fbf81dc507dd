-- purpose: what sealing a foreign view has to know: its columns, what it reads, which rights are missing
-- grain: one relation, as jsonb
-- reads: the catalogue
-- writes: nothing
-- time: none
create or replace function audit.foreign_view(p_relid oid) returns jsonb
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'schema', n.nspname,
    'name', c.relname,
    'kind', c.relkind,
    'owner', pg_get_userbyid(c.relowner),
    'owner_usage', has_schema_privilege('timeseal_owner', n.oid, 'usage'),
    'owner_create', has_schema_privilege('timeseal_owner', n.oid, 'create'),
    'owner_select', has_table_privilege('timeseal_owner', c.oid, 'select'),
    'training_usage', has_schema_privilege('ml_training', n.oid, 'usage'),
    'certifier_usage', has_schema_privilege('timeseal_certifier', n.oid, 'usage'),
    'columns', (
      select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
        'category', t.typcategory, 'base', coalesce(nullif(t.typbasetype, 0), t.oid)::regtype::text) order by a.attnum)
      from pg_catalog.pg_attribute as a
      join pg_catalog.pg_type as t on t.oid = a.atttypid
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
    'reads', coalesce((
      select jsonb_agg(jsonb_build_object('relid', k.oid::bigint, 'name', audit.relation_name(k.oid), 'kind', k.relkind,
        'owner', pg_get_userbyid(k.relowner)) order by audit.relation_name(k.oid))
      from audit.written_relations(c.oid) as w
      join pg_catalog.pg_class as k on k.oid = w.relid), '[]'::jsonb))
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.oid = p_relid;
$$;
