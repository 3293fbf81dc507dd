-- purpose: the type of a column that is read as time; anything else is refused
-- grain: one column
-- reads: pg_catalog
-- writes: nothing
-- time: timestamptz, timestamp and date; a text is never parsed
create or replace function audit.asof_time_type(p_relation regclass, p_column text) returns regtype
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_type regtype := audit.asof_column(p_relation, p_column);
begin
  if v_type not in ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) then
    perform audit.asof_refuse(
      format('%s.%I is no time', audit.asof_relation(p_relation), p_column),
      'timestamptz, timestamp (read as UTC) or date (read as UTC)', v_type::text,
      'Convert it in a view, saying the zone.');
  end if;
  return v_type;
end
$$;
