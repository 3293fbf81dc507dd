-- purpose: create the published runner of an entrypoint the moment it is declared
-- grain: one entrypoint
-- reads: audit.runner
-- writes: procedure and function in schema audit
-- time: none
create or replace function audit.give_runner() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.declare_runner(r.entrypoint, r.runner, r.arguments, r.assertion)
  from audit.runner as r
  where r.entrypoint = new.entrypoint;
  return null;
end
$$;
