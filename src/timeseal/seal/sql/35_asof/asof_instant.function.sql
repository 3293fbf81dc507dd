-- purpose: a column of time as the instant it stands for: the last one of a day for facts, the first one for a t0
-- grain: one SQL expression
-- reads: nothing
-- writes: nothing
-- time: timestamp and date are read as UTC; a fact known on a day is known when that day is over, never before
create or replace function audit.asof_instant(p_expression text, p_type regtype, p_is_fact boolean) returns text
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  return case p_type
    when 'timestamptz'::regtype then p_expression
    when 'timestamp'::regtype then format('(%s at time zone ''UTC'')', p_expression)
    when 'date'::regtype then case
      when p_is_fact then
        format('((%s + 1)::timestamp at time zone ''UTC'' - interval ''1 microsecond'')', p_expression)
      else format('(%s::timestamp at time zone ''UTC'')', p_expression) end
  end;
end
$$;
