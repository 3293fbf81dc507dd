-- purpose: the published digest: rows joined by ||, fields by |, SHA-256 over UTF-8, lower-case hex
-- grain: one set; NULL for an empty one
-- reads: ml.feature_contract
-- writes: nothing
-- time: none; description and window_def are not covered, see contract_sha256
create or replace function audit.features_hash(p_set_id bigint) returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select encode(sha256(convert_to(string_agg(
    c.ordinal::text || '|' || c.feature_name || '|' || c.dtype || '|' || coalesce(c.expr_sql, '') || '|'
      || coalesce(c.leakage_rule, '') || '|' || case when c.is_nullable then '1' else '0' end,
    '||' order by c.ordinal), 'UTF8')), 'hex')
  from ml.feature_contract as c
  where c.set_id = p_set_id;
$$;
