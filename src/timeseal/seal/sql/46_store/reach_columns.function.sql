-- purpose: the columns of an input whose change travels by a reach: those it reads, its bounds, and all that its expressions mention
-- grain: one reach
-- reads: pg_catalog.pg_attribute
-- writes: nothing
-- time: none; a row that moves to another group changes both
create or replace function audit.reach_columns(p_reach audit.layer_reach, p_input oid) returns text[]
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(a.attname::text order by a.attnum), '{}')
  from pg_catalog.pg_attribute as a
  where a.attrelid = p_input and a.attnum > 0 and not a.attisdropped
    and (a.attname::text = any (array[p_reach.after_column, p_reach.since_column] || p_reach.reads)
      or exists (select from unnest(p_reach.by_expressions) as b (text) where b.text ~ ('\m' || a.attname || '\M')));
$$;
