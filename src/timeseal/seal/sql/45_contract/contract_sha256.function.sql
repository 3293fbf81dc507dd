-- purpose: the sound digest: canonical JSON of every semantic field, so that no delimiter collides and NULL is not ''
-- grain: one set; NULL for an empty one
-- reads: ml.feature_set, ml.feature_contract
-- writes: nothing
-- time: covers window_def
create or replace function audit.contract_sha256(p_set_id bigint) returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select encode(sha256(convert_to(
    '{"format":"TSC1","set":' || to_json(s.name)::text || ',"features":[' || string_agg(
      '[' || c.ordinal::text || ',' || to_json(c.feature_name)::text || ',' || to_json(c.dtype)::text
        || ',' || coalesce(to_json(c.expr_sql)::text, 'null') || ',' || coalesce(to_json(c.window_def)::text, 'null')
        || ',' || coalesce(to_json(c.leakage_rule)::text, 'null')
        || ',' || coalesce(c.is_nullable::text, 'null') || ']',
      ',' order by c.ordinal) || ']}', 'UTF8')), 'hex')
  from ml.feature_set as s
  join ml.feature_contract as c on c.set_id = s.set_id
  where s.set_id = p_set_id
  group by s.name;
$$;
