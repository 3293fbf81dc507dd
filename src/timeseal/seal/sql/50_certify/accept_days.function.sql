-- purpose: the one place where a day's baseline is written, always together with its line in the drift ledger
-- grain: one row per accepted day
-- reads: the entrypoint
-- writes: audit.t0_dataset_hash_baseline, audit.t0_leaf_baseline, audit.drift_event
-- time: none
create or replace function audit.accept_days(
  p_entrypoint text,
  p_changes jsonb,
  p_reason text,
  p_budget text,
  p_sample_limit integer
) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_days date[];
begin
  select array_agg((c.value ->> 't0_day')::date) into v_days from jsonb_array_elements(p_changes) as c (value);
  if v_days is null then
    return 0;
  end if;
  delete from audit.t0_dataset_hash_baseline as b where b.entrypoint = v_ep.entrypoint and b.t0_day = any (v_days);
  delete from audit.t0_leaf_baseline as l where l.entrypoint = v_ep.entrypoint and l.t0_day = any (v_days);
  insert into audit.t0_dataset_hash_baseline (entrypoint, t0_day, dataset_sha256, row_count)
  select v_ep.entrypoint, (c.value ->> 't0_day')::date, c.value ->> 'sha256_after', (c.value ->> 'rows_after')::bigint
  from jsonb_array_elements(p_changes) as c (value)
  where c.value ->> 'sha256_after' is not null;
  insert into audit.t0_leaf_baseline (entrypoint, t0_day, row_key, leaf)
  select v_ep.entrypoint, f.t0_day, f.row_key, f.leaf
  from audit.fingerprint_leaves(v_ep.relid, v_ep.key_columns, v_ep.t0_column, v_ep.day_column, v_days) as f;
  insert into audit.drift_event (
    entrypoint, t0_day, verdict, rows_before, rows_after, sha256_before, sha256_after, budget, sample_limit, reason
  )
  select
    v_ep.entrypoint, (c.value ->> 't0_day')::date, c.value ->> 'verdict', (c.value ->> 'rows_before')::bigint,
    (c.value ->> 'rows_after')::bigint, c.value ->> 'sha256_before', c.value ->> 'sha256_after', p_budget,
    p_sample_limit, p_reason
  from jsonb_array_elements(p_changes) as c (value)
  order by 2;
  return cardinality(v_days);
end
$$;
