-- purpose: count every write to a stored relation of a read closure, also one that names its parent
-- grain: one statement on one relation
-- reads: audit.stamp, pg_catalog.pg_inherits
-- writes: audit.stamp
-- time: none
create or replace function audit.bump_stamp() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.advance_stamp(tg_relid, tg_op || ' by ' || session_user);
  if tg_level = 'STATEMENT' then
    -- statement triggers fire for the named table only, whose statement may have written any table below it
    perform audit.advance_stamp(d.relid, tg_op || ' by ' || session_user || ' through ' || tg_relid::regclass)
    from (
      select s.relid
      from audit.table_descendants(tg_relid) as b
      join audit.stamp as s on s.relid = b.relid
      where b.relid <> tg_relid
      order by s.relid
    ) as d;
  end if;
  return null;
end
$$;
