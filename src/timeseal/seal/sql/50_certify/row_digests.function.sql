-- purpose: format TSF1: digest of every row, so that drift can name the row; asked for, also of every cell, in the same reading
-- grain: one row per row of the relation
-- reads: the relation
-- writes: nothing
-- time: UTC days; every setting that could change a byte is pinned
create or replace function audit.row_digests(
  p_relation oid, p_key text[], p_t0 text, p_day text, p_days date[] default null, p_cells boolean default false
) returns table (t0_day date, row_key jsonb, leaf bytea, cells integer[])
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
set parallel_setup_cost = 200
set min_parallel_table_scan_size = '512kB'
set min_parallel_index_scan_size = '64kB'
as $$
declare
  v_day text := audit.tsf1_day(p_relation, p_t0, p_day, 't');
  v_key text;
begin
  select string_agg(format('%L, t.%I', k.name, k.name), ', ' order by k.ordinality) into v_key
  from unnest(p_key) with ordinality as k (name, ordinality);
  return query execute format(
    'select coalesce(%1$s, ''-infinity''::date), jsonb_build_object(%2$s), sha256(%3$s), %4$s from %5$s as t where %6$s',
    v_day, v_key, audit.tsf1_row(p_relation, 't'),
    case when p_cells then audit.cell_digests(p_relation, 't') else 'null::integer[]' end,
    audit.object_fqn('pg_class'::regclass, p_relation), audit.tsf1_days(v_day)
  ) using p_days;
end
$$;
revoke all on function audit.row_digests(oid, text[], text, text, date[], boolean) from public;
