-- purpose: whether a schema is a replay's own: by name and by owner, since anybody may choose the name
-- grain: one schema name; one that no longer exists is nobody's
-- reads: pg_catalog.pg_namespace
-- writes: nothing
-- time: none
create or replace function audit.is_shadow_schema(p_schema text) returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select 1
    from pg_catalog.pg_namespace as n
    where n.nspname = p_schema and n.nspname like 'timeseal\_shadow\_%' and n.nspowner = current_user::regrole
  );
$$;
