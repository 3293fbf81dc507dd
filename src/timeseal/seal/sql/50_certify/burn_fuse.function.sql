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
  v_fuse bigint := setval(v_ep.fuse, pg_sequence_last_value(v_ep.fuse) + 1);
begin
  -- no commit may follow to bring it to the disk, and a crash must not mend it; before 17 nothing here can flush
  if current_setting('server_version_num')::integer >= 170000 then
    execute 'select pg_logical_emit_message(false, ''timeseal'', ''fuse burnt'', true)';
  end if;
  return v_fuse;
end
$$;
