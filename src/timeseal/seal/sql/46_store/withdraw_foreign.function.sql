-- purpose: retire the declaration of a foreign view; its record and baselines stay, its fuse goes
-- grain: one entrypoint
-- reads: audit.foreign_seal
-- writes: audit.entrypoint, audit.foreign_seal, the fuse sequence
-- time: retired_at is a wall-clock record
create or replace function audit.withdraw_foreign(p_entrypoint text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_gone audit.foreign_seal;
  v_fuse regclass;
begin
  delete from audit.foreign_seal as s where s.entrypoint = p_entrypoint returning s.* into v_gone;
  update audit.foreign_seal as s
  set owner_usage = s.owner_usage or v_gone.owner_usage, training_usage = s.training_usage or v_gone.training_usage,
    certifier_usage = s.certifier_usage or v_gone.certifier_usage
  where s.entrypoint = (
    select min(o.entrypoint) from audit.foreign_seal as o where o.schema_name = v_gone.schema_name);
  select e.fuse into v_fuse from audit.entrypoint as e where e.entrypoint = p_entrypoint;
  update audit.entrypoint as e
  set retired_at = clock_timestamp(), guarded_relid = null, fuse = null
  where e.entrypoint = p_entrypoint;
  if v_fuse is not null then
    execute format('drop sequence %s', v_fuse);
  end if;
end
$$;
