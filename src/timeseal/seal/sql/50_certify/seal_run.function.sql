-- purpose: chain each certificate row to the one before it by SHA-256
-- grain: one inserted run
-- reads: audit.t0_cert_run
-- writes: the inserted row
-- time: rendered in UTC whatever the session says
create or replace function audit.seal_run() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set extra_float_digits = 3
as $$
begin
  select r.row_sha256 into new.previous_sha256
  from audit.t0_cert_run as r
  where r.entrypoint = new.entrypoint
  order by r.run_id desc
  limit 1;
  new.previous_sha256 := coalesce(
    new.previous_sha256,
    encode(sha256(convert_to('genesis ' || new.entrypoint, 'UTF8')), 'hex'));
  new.row_sha256 := audit.run_sha256(new);
  return new;
end
$$;
