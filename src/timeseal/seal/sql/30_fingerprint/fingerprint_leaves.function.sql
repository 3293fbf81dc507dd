-- purpose: format TSF1: digest of every row, so that drift can name the row
-- grain: one row per row of the relation
-- reads: the relation
-- writes: nothing
-- time: UTC days; every setting that could change a byte is pinned
create or replace function audit.fingerprint_leaves(
  p_relation oid, p_key text[], p_t0 text, p_day text, p_days date[] default null
) returns table (t0_day date, row_key jsonb, leaf bytea)
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
as $$
declare
  v_day text := audit.tsf1_day(p_relation, p_t0, p_day, 't');
  v_key text;
begin
  select string_agg(format('%L, t.%I', k.name, k.name), ', ' order by k.ordinality) into v_key
  from unnest(p_key) with ordinality as k (name, ordinality);
  return query execute format(
    'select coalesce(%1$s, ''-infinity''::date), jsonb_build_object(%2$s), sha256(%3$s) from %4$s as t where %5$s',
    v_day, v_key, audit.tsf1_row(p_relation, 't'), audit.object_fqn('pg_class'::regclass, p_relation),
    audit.tsf1_days(v_day)
  ) using p_days;
end
$$;
revoke all on function audit.fingerprint_leaves(oid, text[], text, text, date[]) from public;
