-- purpose: why the door of an entrypoint is closed: NULL when open, else {sqlstate, cause, command that mends it}
-- grain: one entrypoint
-- reads: what audit.door_judgement reads
-- writes: nothing
-- time: as audit.door_judgement
create or replace function audit.door_cause(p_entrypoint text, p_max_age interval) returns text[]
language plpgsql
stable
parallel safe
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  return audit.door_judgement(p_entrypoint, p_max_age);
end
$$;
