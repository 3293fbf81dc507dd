-- purpose: the days of an entrypoint as audit.current_days gives them, but hashed only where a cheap sum moved
-- grain: one jsonb object, day → {rows, sha256}
-- reads: the entrypoint, audit.t0_dataset_hash_baseline
-- writes: nothing
-- time: UTC days; it finds drift quickly, and is no certificate: audit.certify hashes every row of every day
create or replace function audit.located_days(p_entrypoint text) returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
  v_names text[] := audit.column_names(v_ep.relid);
  v_days jsonb;
  v_moved date[];
begin
  select
    coalesce(jsonb_object_agg(b.t0_day::text, jsonb_build_object('rows', b.row_count, 'sha256', b.dataset_sha256))
      filter (where c.row_count = b.row_count and c.lane = b.lane and b.columns = v_names), '{}'),
    coalesce(array_agg(c.t0_day) filter (where (c.row_count = b.row_count and c.lane = b.lane and b.columns = v_names)
      is not true and c.t0_day is not null), '{}')
  into v_days, v_moved
  from audit.lane_days(v_ep.relid, v_ep.t0_column, v_ep.day_column) as c
  full join (
    select a.t0_day, a.row_count, a.dataset_sha256, a.lane, a.columns
    from audit.t0_dataset_hash_baseline as a
    where a.entrypoint = v_ep.entrypoint and a.sample_limit = 0
  ) as b on b.t0_day = c.t0_day;
  if v_moved = '{}' then
    return v_days;
  end if;
  return v_days || (
    select coalesce(jsonb_object_agg(d.t0_day::text,
      jsonb_build_object('rows', d.row_count, 'sha256', d.day_sha256)), '{}')
    from audit.fingerprint_days(v_ep.relid, v_ep.t0_column, v_ep.day_column, v_moved) as d
  );
end
$$;
revoke all on function audit.located_days(text) from public;
