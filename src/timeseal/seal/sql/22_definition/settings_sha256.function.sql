-- purpose: digest of what no trigger sees: role powers, memberships, settings, event triggers
-- grain: one database
-- reads: system catalogues
-- writes: nothing
-- time: none
create or replace function audit.settings_sha256() returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select encode(sha256(convert_to(string_agg(f.line, E'\n' order by f.line collate "C"), 'UTF8')), 'hex')
  from audit.settings_lines() as f (line)
$$;
revoke all on function audit.settings_sha256() from public;
