-- purpose: the SQL expression that gives the UTC calendar day of a row
-- grain: one relation; with a stored day column that column, else derived from t0
-- reads: system catalogues
-- writes: nothing
-- time: UTC whatever the session's zone
create or replace function audit.tsf1_day(p_relation oid, p_t0 text, p_day text, p_alias text)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_column text := coalesce(p_day, p_t0);
  v_type oid;
begin
  select a.atttypid into v_type
  from pg_attribute as a
  where a.attrelid = p_relation and a.attname = v_column and a.attnum > 0 and not a.attisdropped;
  if v_type = 'timestamptz'::regtype then
    return format('(%s.%I at time zone ''UTC'')::date', p_alias, v_column);
  elsif v_type = 'timestamp'::regtype then
    return format('(%s.%I)::date', p_alias, v_column);
  elsif v_type = 'date'::regtype then
    return format('%s.%I', p_alias, v_column);
  end if;
  raise exception 'TS003: % has no usable time column %', p_relation::regclass, v_column
    using errcode = 'TS003',
      detail = format('expected: a timestamptz, timestamp or date column %s; found: %s', v_column,
        coalesce(format_type(v_type, null), 'no such column')),
      hint = 'Declare the time column again with: timeseal seal add SCHEMA.VIEW --key … --t0 COLUMN';
end
$$;
revoke all on function audit.tsf1_day(oid, text, text, text) from public;
