-- purpose: digest of a view's text as the catalogue prints it, whatever the session's search_path
-- grain: one view
-- reads: pg_catalog.pg_rewrite
-- writes: nothing
-- time: none
create or replace function audit.view_sha256(p_view text) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select encode(sha256(convert_to(pg_get_viewdef(to_regclass(p_view)), 'UTF8')), 'hex');
$$;
