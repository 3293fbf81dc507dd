-- purpose: one key column of a view and its spine column as comparable expressions, or a refusal that names both types
-- grain: one key column
-- reads: pg_catalog
-- writes: nothing
-- time: none
create or replace function audit.asof_key(
  p_spine regclass, p_spine_column text, p_relation regclass, p_key_column text
) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_spine regtype := audit.asof_column(p_spine, p_spine_column);
  v_fact regtype := audit.asof_column(p_relation, p_key_column);
  v_collation oid;
begin
  if (select t.typtype <> 'e' and t.typnamespace <> 'pg_catalog'::regnamespace from pg_type as t where t.oid = v_fact) then
    perform audit.asof_refuse(
      format('the key %s.%I has a type with an equality of its own', audit.asof_relation(p_relation), p_key_column),
      'a type of PostgreSQL itself, or an enum', v_fact::text,
      format('Read it through a view that casts %I, saying which values are equal.', p_key_column));
  end if;
  if v_spine <> v_fact and not exists (
    select 1
    from (values (array['int2', 'int4', 'int8']::regtype[]), (array['float4', 'float8']::regtype[])) as f (types)
    where v_spine = any (f.types) and v_fact = any (f.types)
  ) then
    perform audit.asof_refuse(
      format('the key %I of the spine and %s.%I are of different types', p_spine_column,
        audit.asof_relation(p_relation), p_key_column),
      format('%s, as %s.%I', v_fact, audit.asof_relation(p_relation), p_key_column),
      format('%s in the spine', v_spine), format('Cast the spine''s %I to %s.', p_spine_column, v_fact));
  end if;
  select a.attcollation into v_collation
  from pg_attribute as a
  where a.attrelid = p_relation and a.attname = p_key_column;
  return format('s.%I', p_spine_column) || coalesce((
    select format(' collate %I.%I', n.nspname, c.collname)
    from pg_collation as c
    join pg_namespace as n on n.oid = c.collnamespace
    where c.oid = v_collation), '');
end
$$;
