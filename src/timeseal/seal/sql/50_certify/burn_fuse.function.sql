-- purpose: shut a door in a way that a rollback cannot undo
-- grain: one entrypoint
-- reads: the fuse
-- writes: the fuse (a sequence, by setval: nextval would pre-log values and void after a crash)
-- time: none
create or replace function audit.burn_fuse(p_entrypoint text) returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ep audit.entrypoint := audit.entrypoint_row(p_entrypoint);
begin
  return setval(v_ep.fuse::regclass, pg_sequence_last_value(v_ep.fuse::regclass) + 1);
end
$$;
