-- purpose: the digest of one certificate row, recomputable by anybody who can read it
-- grain: one run
-- reads: nothing
-- writes: nothing
-- time: rendered in UTC whatever the session says
create or replace function audit.run_sha256(p_run audit.t0_cert_run) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set intervalstyle = 'iso_8601'
set extra_float_digits = 3
as $$
  select encode(sha256(convert_to((to_jsonb(p_run) - 'row_sha256')::text, 'UTF8')), 'hex');
$$;
