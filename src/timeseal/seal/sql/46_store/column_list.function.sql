-- purpose: the live columns of a relation in order, each quoted behind a prefix, as one comma-separated text
-- grain: one relation
-- reads: pg_catalog.pg_attribute
-- writes: nothing
-- time: none
create or replace function audit.column_list(p_relid oid, p_prefix text, p_only text[] default null) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select string_agg(p_prefix || quote_ident(a.attname), ', ' order by coalesce(array_position(p_only, a.attname::text), a.attnum))
  from pg_catalog.pg_attribute as a
  where a.attrelid = p_relid and a.attnum > 0 and not a.attisdropped
    and (p_only is null or a.attname::text = any (p_only));
$$;
