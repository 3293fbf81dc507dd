-- purpose: the fingerprint of every day of an entrypoint as it stands, or of the days asked for, in one pass
-- grain: one jsonb object, day → {rows, sha256}
-- reads: the entrypoint
-- writes: nothing
-- time: days are UTC calendar days of t0
create or replace function audit.current_days(p_entrypoint text, p_days date[] default null) returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, YMD'
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
begin
  return (
    select coalesce(jsonb_object_agg(d.t0_day::text,
      jsonb_build_object('rows', d.row_count, 'sha256', d.day_sha256)), '{}'::jsonb)
    from audit.fingerprint_days(v_ep.relid, v_ep.t0_column, v_ep.day_column, p_days) as d
  );
end
$$;
