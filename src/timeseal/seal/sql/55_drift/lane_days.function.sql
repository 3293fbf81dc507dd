-- purpose: a cheap sum per day that moves when a cell moves, in one parallel pass
-- grain: one row per UTC day of t0
-- reads: the relation
-- writes: nothing
-- time: UTC days; the sum finds change, only the SHA-256 certifies
create or replace function audit.lane_days(p_relation oid, p_t0 text, p_day text)
returns table (t0_day date, row_count bigint, lane numeric)
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
set parallel_tuple_cost = 0.01
as $$
begin
  return query execute format(
    'select coalesce(%s, ''-infinity''::date), count(*), sum(hash_array_extended(%s, 0)) from %s as t group by 1',
    audit.tsf1_day(p_relation, p_t0, p_day, 't'), audit.cell_digests(p_relation, 't'),
    audit.object_fqn('pg_class'::regclass, p_relation));
end
$$;
revoke all on function audit.lane_days(oid, text, text) from public;
