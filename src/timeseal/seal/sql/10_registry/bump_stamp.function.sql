-- purpose: count every write to a stored relation of a read closure
-- grain: one statement on one relation
-- reads: audit.stamp
-- writes: audit.stamp
-- time: none
create or replace function audit.bump_stamp() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.advance_stamp(tg_relid, tg_op || ' by ' || session_user);
  return null;
end
$$;
