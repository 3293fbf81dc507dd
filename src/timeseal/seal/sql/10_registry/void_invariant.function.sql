-- purpose: void the certificate of an entrypoint whose list of invariants changes
-- grain: one row of audit.store_invariant
-- reads: audit.entrypoint
-- writes: audit.stamp
-- time: none
create or replace function audit.void_invariant() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  -- the hint is talk
  if (old.entrypoint, old.name, old.relid, old.level) is not distinct from (new.entrypoint, new.name, new.relid, new.level) then
    return null;
  end if;
  perform audit.advance_stamp(e.relid, format('%s of invariant %s by %s', tg_op, coalesce(old.name, new.name), session_user))
  from audit.entrypoint as e
  where e.entrypoint in (old.entrypoint, new.entrypoint);
  return null;
end
$$;
revoke all on function audit.void_invariant() from public;
