-- purpose: give each declared entrypoint its fuse: a sequence, since sequences alone ignore rollback
-- grain: one entrypoint
-- reads: nothing
-- writes: sequence audit.fuse_<relid>
-- time: none
create or replace function audit.make_fuse() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if new.fuse is null then
    execute format('create sequence if not exists audit.%I', 'fuse_' || new.relid);
    new.fuse := to_regclass(format('audit.%I', 'fuse_' || new.relid));
    -- the sequence of an earlier declaration goes on counting: certificates issued then stay void
    perform setval(new.fuse, coalesce(pg_sequence_last_value(new.fuse), 0) + 1);
  end if;
  insert into audit.stamp (relid, version, cause)
  values (new.relid, 0, 'declared')
  on conflict (relid) do nothing;
  return new;
end
$$;
