-- purpose: format TSF1: digest of every day over all its rows and columns, in one parallel pass
-- grain: one row per UTC day of t0; a row without t0 counts to the day '-infinity', never lost
-- reads: the relation
-- writes: nothing
-- time: UTC days; every setting that could change a byte is pinned
create or replace function audit.fingerprint_days(
  p_relation oid, p_t0 text, p_day text, p_days date[] default null
) returns table (t0_day date, row_count bigint, day_sha256 text)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set client_encoding = 'UTF8'
set "TimeZone" = 'UTC'
set "DateStyle" = 'ISO, YMD'
set "IntervalStyle" = 'iso_8601'
set extra_float_digits = 3
set bytea_output = 'hex'
set row_security = off
set jit = off
set work_mem = '128MB'
set parallel_tuple_cost = 0.01
set parallel_setup_cost = 200
set min_parallel_table_scan_size = '512kB'
set min_parallel_index_scan_size = '64kB'
as $$
declare
  v_day text := audit.tsf1_day(p_relation, p_t0, p_day, 't');
begin
  -- workers sort by day only, a merge feeds the groups, and each day sorts its own leaves
  return query execute format(
    'select s.d, count(*), '
    'encode(sha256(date_send(s.d) || int8send(count(*)) || string_agg(s.r, ''''::bytea order by s.r)), ''hex'') '
    'from (select coalesce(%1$s, ''-infinity''::date) as d, sha256(%2$s) as r '
    'from %3$s as t where %4$s order by 1) as s group by s.d order by s.d',
    v_day, audit.tsf1_row(p_relation, 't'), audit.object_fqn('pg_class'::regclass, p_relation),
    audit.tsf1_days(v_day)
  ) using p_days;
end
$$;
revoke all on function audit.fingerprint_days(oid, text, text, date[]) from public;
