-- purpose: stop a replay between two of its statements once its time is up; what it built is rolled back
-- grain: one moment; null: never
-- reads: nothing
-- writes: nothing
-- time: the wall clock against p_until
create or replace function audit.replay_in_time(p_until timestamptz) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if clock_timestamp() > p_until then
    raise exception using errcode = 'TSR01', message = 'the time of this replay is up';
  end if;
end
$$;
