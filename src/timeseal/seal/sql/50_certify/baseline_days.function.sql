-- purpose: the accepted day digests, in the shape of audit.current_days
-- grain: one jsonb object, day → {rows, sha256}
-- reads: audit.t0_dataset_hash_baseline
-- writes: nothing
-- time: UTC days
create or replace function audit.baseline_days(p_entrypoint text) returns jsonb
language sql
stable
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
  select coalesce(
    jsonb_object_agg(b.t0_day::text, jsonb_build_object('rows', b.row_count, 'sha256', b.dataset_sha256)), '{}'::jsonb)
  from audit.t0_dataset_hash_baseline as b
  where b.entrypoint = p_entrypoint and b.sample_limit = 0
$$;
revoke all on function audit.baseline_days(text) from public;
