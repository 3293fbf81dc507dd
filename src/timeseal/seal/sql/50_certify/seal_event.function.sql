-- purpose: chain each line of the drift ledger to the one before it by SHA-256
-- grain: one inserted event
-- reads: audit.drift_event
-- writes: the inserted row
-- time: none
create or replace function audit.seal_event() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  select d.row_sha256 into new.previous_sha256
  from audit.drift_event as d
  where d.entrypoint = new.entrypoint
  order by d.drift_id desc
  limit 1;
  new.previous_sha256 := coalesce(
    new.previous_sha256,
    encode(sha256(convert_to('genesis ' || new.entrypoint, 'UTF8')), 'hex'));
  new.row_sha256 := audit.event_sha256(new);
  return new;
end
$$;
