-- purpose: the SQL condition that keeps the rows of the days in $1, all rows when it is NULL
-- grain: one condition, from the expression that audit.tsf1_day gives
-- reads: nothing
-- writes: nothing
-- time: a row without t0 is a row of the day '-infinity'
create or replace function audit.tsf1_days(p_day text) returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select format('($1 is null or %1$s = any ($1) or (%1$s is null and ''-infinity'' = any ($1)))', p_day)
$$;
revoke all on function audit.tsf1_days(text) from public;
