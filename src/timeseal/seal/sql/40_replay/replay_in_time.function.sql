-- purpose: stop a replay once its time is up, between two statements or two rows of one; what it built is rolled back; else true
-- grain: one moment; null: never
-- reads: nothing
-- writes: nothing
-- time: the wall clock against p_until
create or replace function audit.replay_in_time(p_until timestamptz, p_row boolean default null) returns boolean
language plpgsql
-- a volatile one starts a command, which nobody may below a parallel plan; p_row has it asked for every row
stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if clock_timestamp() > p_until then
    raise exception using errcode = 'TSR01', message = 'the time of this replay is up';
  end if;
  return true;
end
$$;
